/** What the gateway knows of an identity provider beforehand; nothing of it ever comes from a token. */

/** Where an issuer's public keys are. */
export type KeySource =
  | { readonly kind: 'discovery'; readonly url: string }
  | { readonly kind: 'jwksUrl'; readonly url: string }
  | { readonly kind: 'jwksFile'; readonly path: string };

/** In which claims of its tokens an issuer says what rules look at; undefined: it says nothing of the kind. */
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

export interface TrustedIssuer {
  /** The `iss` of its tokens, compared exactly. */
  readonly issuer: string;
  readonly keys: KeySource;
  /** Keys may come over plain http: from another host. */
  readonly allowPlainHttp: boolean;
  readonly audience: string;
  /** Asymmetric only. */
  readonly algorithms: readonly string[];
  readonly typ: string;
  /** Client ids that may call; undefined: all of this issuer's. */
  readonly clients: readonly string[] | undefined;
  readonly clockSkewSeconds: number;
  readonly maxLifetimeSeconds: number;
  readonly scopeClaim: string;
  /** Its tokens count only over a connection with the client certificate that they name. */
  readonly requireBoundTokens?: boolean | undefined;
  /** The kind of callers of whom the token does not say. */
  readonly kind: 'human' | 'service' | 'bi';
  readonly claims: ClaimNames;
}
