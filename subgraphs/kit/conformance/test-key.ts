/** A key that everybody knows, for tests of subgraphs in any language. Whoever trusts it elsewhere trusts everybody. */
import { keyOf, publicPart, type Signer } from './forge.ts';

export const testKey = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: 'TB8U9B22mEJPH3vksIvz9INWhkRJfKv7IvKw4JZAnWM',
  d: 'Yn5sd2o4QH20GKKTEf8a2nBOBlxuSutc814QrnuY7aU',
  /** Thumbprint (RFC 7638). */
  kid: '61DAx-srM5BGCbShzWb3evg5w-bB4FuHwgfmB8IS_VA',
  alg: 'EdDSA',
  use: 'sig',
} as const;

/** Of the vectors a second key, so that the same tokens come out each time: one that the test issuer does not publish. */
export const strangerKey = {
  x: 'UvEwu5kLoPERNnRj6dljQFS4Kk_lFrbnmiRHKK9JnTc',
  d: '9J3PehPxnl3h2Ab26hXpbilIohYvhp2rmHgr65r4Yik',
} as const;

export const testSigner: Signer = {
  issuer: 'https://gateway.example',
  kid: testKey.kid,
  privateKey: keyOf(testKey),
};

/** The test issuer's public key, as a gateway publishes its own. */
export const testKeySet = {
  keys: [{ ...publicPart(testSigner.privateKey), kid: testKey.kid, alg: testKey.alg, use: testKey.use }],
};
