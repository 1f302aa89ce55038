/** Loads an issuer's key set from where the configuration says it is. */
import { readFile } from 'node:fs/promises';
import type { JSONWebKeySet, JWK } from 'jose';
import { parseJson } from '../json/parse-json.ts';
import { fetchJson } from './fetch-json.ts';
import type { TrustedIssuer } from './issuer.ts';

/** More is no rotation but an attempt at exhausting us. */
const mostKeys = 100;

/** @throws Error with a reason that may be logged; a set without a single usable key is an error too */
export async function loadKeys(issuer: TrustedIssuer): Promise<JSONWebKeySet> {
  return usable(await loadDocument(issuer));
}

async function loadDocument(issuer: TrustedIssuer): Promise<unknown> {
  const { keys } = issuer;
  switch (keys.kind) {
    case 'jwksFile':
      return parseJson(await readFile(keys.path, 'utf8'));
    case 'jwksUrl':
      return fetchJson(keys.url);
    case 'discovery':
      return fetchJson(await discover(issuer, keys.url));
  }
}

async function discover(issuer: TrustedIssuer, url: string): Promise<string> {
  const document = await fetchJson(url);
  const { issuer: named, jwks_uri: jwksUri } = isObject(document) ? document : {};
  // OpenID Connect Discovery §4.3: the document has to speak for the very issuer that was asked for.
  if (named !== issuer.issuer) throw new Error(`${url} speaks for another issuer`);
  if (typeof jwksUri !== 'string' || !URL.canParse(jwksUri)) throw new Error(`${url} names no jwks_uri`);
  const { protocol, origin } = new URL(jwksUri);
  const isPlainAllowed = protocol === 'http:' && (issuer.allowPlainHttp || origin === new URL(url).origin);
  if (protocol !== 'https:' && !isPlainAllowed) throw new Error(`${url} names a jwks_uri that is not https:`);
  return jwksUri;
}

/** Public asymmetric keys only: a symmetric one in a public document would be known to everybody (RFC 8725 §2.1). */
function usable(document: unknown): JSONWebKeySet {
  const all = isObject(document) && Array.isArray(document['keys']) ? document['keys'] : [];
  if (all.length > mostKeys) throw new Error(`the key set has more than ${mostKeys} keys`);
  const keys = all.filter(
    (key): key is JWK => isObject(key) && ['RSA', 'EC', 'OKP'].includes(String(key['kty'])),
  );
  if (keys.length === 0) throw new Error('the key set has no usable key');
  return { keys: keys.map(publicPart) };
}

function publicPart({ d, p, q, dp, dq, qi, oth, k, ...key }: JWK): JWK {
  return key;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
