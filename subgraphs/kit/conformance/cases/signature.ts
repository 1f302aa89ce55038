/** Who signed, and how. */
import { createHmac, createPublicKey } from 'node:crypto';
import { claimsOf, type Forge, part, publicPart, rebuilt, signedWith, tokenOf } from '../forge.ts';
import { testSigner } from '../test-key.ts';
import { bad, header, type TokenCase } from '../token-case.ts';

const VERIFY =
  'Verify the signature over the header and payload as they were sent, before reading any claim.';
const KEYS =
  'Take keys from the gateway’s key set alone, by its kid; an unknown kid is refused when the set, fetched anew, lacks it.';
const ALGORITHM = 'Give the library one algorithm, EdDSA, as a constant; never take it from the token.';
const OWN_KEYS = 'Ignore jwk, jku, x5c and x5u: a token cannot bring the key that proves it.';

export const signatures: readonly TokenCase[] = [
  bad('signature.changed', 'a changed signature', VERIFY, (forge) =>
    rebuilt(forge, (head, payload, signature) => [
      head,
      payload,
      `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    ]),
  ),
  bad('signature.cut', 'a signature that is cut', VERIFY, (forge) =>
    rebuilt(forge, (head, payload, signature) => [head, payload, signature.slice(0, -4)]),
  ),
  bad('signature.empty', 'an empty signature', VERIFY, (forge) =>
    rebuilt(forge, (head, payload) => [head, payload, '']),
  ),
  bad('signature.gone', 'a token of two parts', VERIFY, (forge) =>
    rebuilt(forge, (head, payload) => [head, payload]),
  ),
  bad('signature.fourth-part', 'a token of four parts', VERIFY, (forge) => `${tokenOf(forge)}.${part({})}`),
  bad('signature.payload-changed', 'a scope that was widened after signing', VERIFY, (forge) =>
    rebuilt(forge, (head, _, signature) => [
      head,
      part({ ...claimsOf(forge), scope: 'everything' }),
      signature,
    ]),
  ),
  bad('signature.payload-no-object', 'a payload that is a text', VERIFY, (forge) =>
    signedWith(
      forge.privateKey,
      `${part({ alg: 'EdDSA', typ: 'txntoken+jwt', kid: forge.kid })}.${part('x')}`,
    ),
  ),
  bad('key.other-same-kid', 'a token of another key under the gateway’s kid', KEYS, (forge) =>
    tokenOf(forge, { key: forge.stranger }),
  ),
  bad('key.other', 'a token of another key under its own kid', KEYS, (forge) =>
    tokenOf(forge, { key: forge.stranger, header: { kid: 'stranger' } }),
  ),
  bad('key.kid-unknown', 'a token of the right key under an unknown kid', KEYS, header({ kid: 'nobody' })),
  bad('key.kid-missing', 'a token without a kid', KEYS, header({ kid: undefined })),
  bad('key.kid-path', 'a kid that is a path', KEYS, (forge) =>
    tokenOf(forge, { key: forge.stranger, header: { kid: '../../../dev/null' } }),
  ),
  bad('key.jwk', 'a token of another key that is in its header (jwk)', OWN_KEYS, (forge) =>
    tokenOf(forge, { key: forge.stranger, header: { jwk: publicPart(forge.stranger) } }),
  ),
  bad('key.jku', 'a token of another key that its header points to (jku)', OWN_KEYS, (forge) =>
    tokenOf(forge, { key: forge.stranger, header: { kid: 'stranger', jku: forge.strangersKeys } }),
  ),
  bad('alg.none', 'alg none', ALGORITHM, (forge) => unsigned(forge, 'none')),
  bad('alg.none-capitals', 'alg None with a signature', ALGORITHM, (forge) =>
    tokenOf(forge, { header: { alg: 'None' } }),
  ),
  bad('alg.hs256-raw', 'HS256 with the public key’s bytes', ALGORITHM, (forge) =>
    hmac(forge, Buffer.from(publicPart(forge.privateKey).x, 'base64url')),
  ),
  bad('alg.hs256-text', 'HS256 with the public key’s x as a text', ALGORITHM, (forge) =>
    hmac(forge, publicPart(forge.privateKey).x),
  ),
  bad('alg.hs256-pem', 'HS256 with the public key as PEM', ALGORITHM, (forge) =>
    hmac(forge, createPublicKey(forge.privateKey).export({ format: 'pem', type: 'spki' })),
  ),
  bad('alg.ed25519', 'alg Ed25519 (RFC 9864) over a good signature', ALGORITHM, header({ alg: 'Ed25519' })),
  bad('alg.es256', 'alg ES256 over a good signature', ALGORITHM, header({ alg: 'ES256' })),
  bad('alg.missing', 'a token without alg', ALGORITHM, header({ alg: undefined })),
];

/** A fault of how the subgraph is set up, and so no vector: there the test key is the right one. */
export const publishedKey: TokenCase = bad(
  'key.published-test-key',
  'a token of the test key that docs/subgraph-protocol publishes',
  'Take the published test key out of the keys that the subgraph trusts: everybody has its private half.',
  (forge) => tokenOf(forge, { key: testSigner.privateKey, header: { kid: testSigner.kid } }),
);

function unsigned(forge: Forge, alg: string): string {
  return `${part({ alg, typ: 'txntoken+jwt', kid: forge.kid })}.${part(claimsOf(forge))}.`;
}

/** Signed with what everybody knows, for a library that takes the key for a secret. */
function hmac(forge: Forge, secret: string | Buffer): string {
  const input = `${part({ alg: 'HS256', typ: 'txntoken+jwt', kid: forge.kid })}.${part(claimsOf(forge))}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}
