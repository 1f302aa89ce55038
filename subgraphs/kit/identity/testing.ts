/** A gateway's signing side for tests: keys, a JWKS, and tokens right or wrong in one point. */
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTHeaderParameters, SignJWT } from 'jose';

export interface TestIssuer {
  readonly issuer: string;
  readonly jwks: JSONWebKeySet;
  /** A valid token for an audience; the overrides replace claims, `undefined` takes one out. */
  token(audience: string, overrides?: Overrides): Promise<string>;
}

export interface Overrides {
  /** What the gateway asks the subgraph to carry out; default: nothing. */
  readonly obligations?: unknown;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
}

export async function createTestIssuer(
  issuer = 'http://gateway.test',
  kid = 'test-key',
): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return {
    issuer,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'EdDSA', use: 'sig' }] },
    async token(audience, { claims = {}, header = {}, obligations = {} } = {}) {
      const payload = { ...validClaims(issuer, audience, obligations), ...claims };
      const parameters = { alg: 'EdDSA', typ: 'txntoken+jwt', kid, ...header } as JWTHeaderParameters;
      return new SignJWT(payload).setProtectedHeader(parameters).sign(privateKey);
    },
  };
}

/** The claims of a clerk's request, valid now. */
export function validClaims(
  issuer: string,
  audience: string,
  obligations: unknown = {},
): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    aud: audience,
    iat: now,
    exp: now + 30,
    txn: 'request-1',
    sub: 'http://provider.test|ann',
    scope: 'billing:read catalog:read',
    req_wl: 'bi-client',
    tctx: { snapshot: 'generation-1', purpose: 'none', obligations },
    rctx: { client: 'bi-client' },
  };
}
