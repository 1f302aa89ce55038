/** What the gateway runs with: parsed once, strictly, frozen. */
import type { Enforced } from './config/file.ts';

/** Where an issuer's public keys are. */
export type KeySource =
  | { readonly kind: 'discovery'; readonly url: string }
  | { readonly kind: 'jwksUrl'; readonly url: string }
  | { readonly kind: 'jwksFile'; readonly path: string };

/** In which claims of its tokens an issuer says what rules look at. */
export interface ClaimNames {
  readonly kind: string | undefined;
  readonly roles: string | undefined;
  readonly teams: string | undefined;
  readonly purposes: string | undefined;
  readonly purpose: string | undefined;
  readonly breakGlass: string | undefined;
  /** By the attribute's name in the vocabulary. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** What docs/gateway-config.schema.json says of an issuer, with its defaults. */
export interface IssuerConfig {
  readonly issuer: string;
  readonly keys: KeySource;
  readonly allowPlainHttp: boolean;
  readonly audience: string;
  readonly algorithms: readonly string[];
  readonly typ: string;
  readonly clients: readonly string[] | undefined;
  readonly clockSkewSeconds: number;
  readonly maxLifetimeSeconds: number;
  readonly scopeClaim: string;
  /** Its tokens count only over a connection with the client certificate that they name (RFC 8705). */
  readonly requireBoundTokens?: boolean | undefined;
  readonly kind: 'human' | 'service' | 'bi';
  readonly claims: ClaimNames;
}

/** What comes of a refused field: null and an error, a refusal of the whole operation, or the answer to a name that is unknown. */
export type RefusalMode = 'null' | 'refuse' | 'hide';

export interface Limits {
  readonly bodyBytes: number;
  readonly depth: number;
  /** Lexical tokens of a GraphQL document. */
  readonly tokens: number;
  readonly requestTimeoutMs: number;
  readonly subgraphTimeoutMs: number;
  readonly subgraphResponseBytes: number;
  /** Of one answer: equal entities are fetched once, but written as often as they stand in it. */
  readonly answerBytes: number;
  /** Requests to one subgraph at once. */
  readonly subgraphConcurrency: number;
  /** Requests to one subgraph that wait for their turn. */
  readonly subgraphQueue: number;
  /** How often one request of a query is sent again. */
  readonly subgraphRetries: number;
  /** Objects to which `@defer` may add something later, in one answer. */
  readonly deferredObjects: number;
  /** Requests of one fetch whose arguments are taken from the objects around (`@fromContext`). */
  readonly contextRequests: number;
  /** In a minute: from one address, and of those with tokens that say to be of one principal. */
  readonly refusedTokensPerAddress: number;
  readonly refusedTokensPerPrincipal: number;
}

/** Answers that last: subscriptions, over HTTP or on a WebSocket. */
export interface StreamSettings {
  /** The longest life of a stream, and of a WebSocket. */
  readonly lifetimeMs: number;
  /** After so much silence, a sign of life is sent. */
  readonly pingMs: number;
  /** A reader that takes nothing for so long is given up. */
  readonly stalledMs: number;
  /** Of events that wait for their reader; the longest event. */
  readonly bufferBytes: number;
  readonly sockets: number;
  readonly operationsPerSocket: number;
}

/** The demo's persona switch: whoever opens GraphiQL may take a token of a made-up person. Loopback only. */
export interface PersonaSwitch {
  readonly tokenEndpoint: string;
  /** The identity provider's state file with each persona's client id and secret. */
  readonly clientsFile: string;
}

/** What docs/gateway-config.schema.json says of `explorer.login`, with its defaults. */
export interface LoginConfig {
  /** The `iss` of one of the issuers, which has discovery. */
  readonly issuer: string;
  readonly clientId: string;
  /** Absolute path of the file; undefined: a public client. */
  readonly clientSecret: string | undefined;
  /** An origin: without a slash at the end. */
  readonly publicUrl: string;
  /** `openid` among them. */
  readonly scopes: readonly string[];
  readonly prompt: 'login' | 'consent' | 'select_account' | undefined;
  readonly resource: string | undefined;
  readonly audience: string | undefined;
}

/** Absolute paths of PEM files; certificate and key are both there, or neither is. */
export interface SubgraphTls {
  readonly ca: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

/** Absolute paths of PEM files. */
export interface ListenTls {
  readonly certificate: string;
  readonly key: string;
  /** Authorities of clients. */
  readonly clientCa: string | undefined;
  readonly clientCertificates: 'none' | 'optional' | 'required';
}

/** Where operators find probes with details, and metrics. */
export interface AdminConfig {
  readonly host: string;
  readonly port: number;
}

export interface GatewayConfig {
  readonly listen: {
    readonly host: string;
    readonly port: number;
    /** Undefined: plain HTTP. */
    readonly tls?: ListenTls | undefined;
  };
  /** Undefined: there are no metrics, and probes with details are where clients ask. */
  readonly admin?: AdminConfig | undefined;
  /** By what the gateway is known to subgraphs, and which authorities it trusts; undefined: by nothing, and those of Node.js. */
  readonly subgraphTls?: SubgraphTls | undefined;
  /** Pages of other sites that may ask; undefined: none. */
  readonly cors: { readonly origins: readonly string[]; readonly maxAgeSeconds: number } | undefined;
  readonly supergraph: {
    /** Absolute path of a supergraph.yaml, or of a composed .graphql. */
    readonly source: string;
    /** Obligations that a subgraph carries out, where the source is composed and cannot say so. */
    readonly enforces: Readonly<Record<string, readonly Enforced[]>>;
  };
  /** Absolute path of the folder with the rules. */
  readonly policies: string | undefined;
  /** Absolute path of another such folder: what it would refuse is told, and refused to nobody. */
  readonly measure: string | undefined;
  readonly authentication: {
    readonly anonymous: 'deny' | 'allow';
    readonly issuers: readonly IssuerConfig[];
    /** Absolute path of the file of service tokens; undefined: none are accepted. */
    readonly serviceTokens: { readonly file: string } | undefined;
  };
  /** Absolute path of the file that says who is shut out; undefined: nobody ever is. */
  readonly revocations: string | undefined;
  /** Addresses and networks of each zone; what is in none of them is in the vocabulary's first. */
  readonly zones: Readonly<Record<string, readonly string[]>>;
  /** How many proxies in front of the gateway say in `X-Forwarded-For` whom they were called by. */
  readonly trustedHops: number;
  /** Which headers of the client each subgraph gets, by their names in small letters. */
  readonly forwardHeaders: Readonly<Record<string, readonly string[]>>;
  readonly modes: Readonly<Record<'human' | 'service' | 'bi' | 'anonymous', RefusalMode>>;
  readonly masks: {
    /** Path of the key of masks that hash; undefined: a key in memory, new at each start. */
    readonly secret: string | undefined;
    readonly createIfMissing: boolean;
  };
  readonly audit: { readonly file: string } | undefined;
  readonly identity: {
    /** The `iss` of the tokens for subgraphs. */
    readonly issuer: string;
    /** Path of a private JWK (OKP Ed25519); undefined, in open mode only: a key in memory, new at each start. */
    readonly signingKey: string | undefined;
    readonly createIfMissing: boolean;
    /** What subgraphs learn of the caller; `subject` where nothing is said. */
    readonly tells: Readonly<Record<string, 'subject' | 'attributes' | 'none'>>;
    /** Subgraphs whose tokens are good for one body, and once. */
    readonly bindBody: readonly string[];
  };
  readonly limits: Limits;
  readonly streams: StreamSettings;
  /** What is planned for a new snapshot before it is switched in: so many operations in use, for so long. */
  readonly warmUp: { readonly operations: number; readonly timeoutMs: number };
  /** For how many of a hundred requests a label of `@override(label:)` is on. */
  readonly overrides: { readonly labels: Readonly<Record<string, number>> };
  /** Whether equal requests at the same moment are carried out once: from clients, and to subgraphs. */
  readonly deduplicate: { readonly inbound: boolean; readonly outbound: boolean };
  readonly explorer: {
    readonly enabled: boolean;
    readonly personas: PersonaSwitch | undefined;
    readonly login: LoginConfig | undefined;
  };
  /** Every caller is anonymous and everything is allowed; loopback only. No file can set it. */
  readonly open: boolean;
  readonly log: { readonly level: string };
}
