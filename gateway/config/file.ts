/** The configuration file as written, after docs/gateway-config.schema.json has accepted it. */

export interface ClaimsEntry {
  readonly kind?: string;
  readonly roles?: string;
  readonly teams?: string;
  readonly purposes?: string;
  readonly purpose?: string;
  readonly breakGlass?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** YAML reads a bare `null` as no value; the mode of that name is meant. */
export type ModeEntry = 'null' | 'refuse' | 'hide' | null;

export type Enforced = 'rows' | 'groups' | 'columns';

export interface IssuerEntry {
  readonly issuer: string;
  readonly discovery?: string;
  readonly jwksUrl?: string;
  readonly jwksFile?: string;
  readonly allowPlainHttp?: boolean;
  readonly audience: string;
  readonly algorithms: readonly string[];
  readonly typ?: string;
  readonly clients?: readonly string[];
  readonly clockSkewSeconds?: number;
  readonly maxLifetimeSeconds?: number;
  readonly scopeClaim?: string;
  readonly requireBoundTokens?: boolean;
  readonly kind?: 'human' | 'service' | 'bi';
  readonly claims?: ClaimsEntry;
}

export interface LoginEntry {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly publicUrl: string;
  readonly scopes?: readonly string[];
  readonly prompt?: 'login' | 'consent' | 'select_account';
  readonly resource?: string;
  readonly audience?: string;
}

export interface ConfigFile {
  readonly listen?: {
    readonly host?: string;
    readonly port?: number;
    readonly tls?: {
      readonly certificate: string;
      readonly key: string;
      readonly clientCa?: string;
      readonly clientCertificates?: 'none' | 'optional' | 'required';
    };
  };
  readonly admin?: { readonly host?: string; readonly port: number };
  readonly subgraphTls?: { readonly ca?: string; readonly certificate?: string; readonly key?: string };
  readonly cors?: { readonly origins: readonly string[]; readonly maxAgeSeconds?: number };
  readonly supergraph: string;
  readonly enforces?: Readonly<Record<string, readonly Enforced[]>>;
  readonly policies?: string;
  readonly measure?: string;
  readonly authentication: {
    readonly anonymous?: 'deny' | 'allow';
    readonly issuers: readonly IssuerEntry[];
    readonly serviceTokens?: { readonly file: string };
  };
  readonly revocations?: string;
  readonly zones?: Readonly<Record<string, readonly string[]>>;
  readonly trustedHops?: number;
  readonly forwardHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly modes?: {
    readonly human?: ModeEntry;
    readonly service?: ModeEntry;
    readonly bi?: ModeEntry;
    readonly anonymous?: ModeEntry;
  };
  readonly masks?: { readonly secret: string; readonly createIfMissing?: boolean };
  readonly audit?: { readonly file: string };
  readonly identity: {
    readonly issuer: string;
    readonly signingKey: string;
    readonly createIfMissing?: boolean;
    readonly tells?: Readonly<Record<string, 'subject' | 'attributes' | 'none'>>;
    readonly bindBody?: readonly string[];
  };
  readonly limits?: {
    readonly bodyBytes?: number;
    readonly depth?: number;
    readonly tokens?: number;
    readonly requestTimeoutMs?: number;
    readonly subgraphTimeoutMs?: number;
    readonly subgraphResponseBytes?: number;
    readonly answerBytes?: number;
    readonly subgraphConcurrency?: number;
    readonly subgraphQueue?: number;
    readonly subgraphRetries?: number;
    readonly deferredObjects?: number;
    readonly contextRequests?: number;
    readonly refusedTokensPerAddress?: number;
    readonly refusedTokensPerPrincipal?: number;
  };
  readonly streams?: {
    readonly lifetimeMs?: number;
    readonly pingMs?: number;
    readonly stalledMs?: number;
    readonly bufferBytes?: number;
    readonly sockets?: number;
    readonly operationsPerSocket?: number;
  };
  readonly deduplicate?: { readonly inbound?: boolean; readonly outbound?: boolean };
  readonly warmUp?: { readonly operations?: number; readonly timeoutMs?: number };
  readonly overrides?: { readonly labels?: Readonly<Record<string, number>> };
  readonly explorer?: {
    readonly enabled?: boolean;
    readonly personas?: { readonly tokenEndpoint: string; readonly clients: string };
    readonly login?: LoginEntry;
  };
  readonly log?: { readonly level?: string };
}
