/** What the gateway knows of an identity provider beforehand; nothing of it ever comes from a token. */

/** Where an issuer's public keys are. */
export type KeySource =
  | { readonly kind: 'discovery'; readonly url: string }
  | { readonly kind: 'jwksUrl'; readonly url: string }
  | { readonly kind: 'jwksFile'; readonly path: string };

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
}
