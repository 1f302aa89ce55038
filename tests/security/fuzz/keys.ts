/** Keys of the fuzzer, by which it signs rightly and wrongly. */
import { createHmac, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';

export type Algorithm = 'ES256' | 'RS256' | 'EdDSA';

export interface Key {
  readonly kid: string;
  readonly alg: Algorithm;
  readonly publicKey: KeyObject;
  readonly jwk: Readonly<Record<string, unknown>>;
  sign(input: string | Buffer): Buffer;
}

export function createKey(kid: string, alg: Algorithm): Key {
  const { publicKey, privateKey } = pairFor(alg);
  return {
    kid,
    alg,
    publicKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' },
    sign: (input) => sign(hashOf(alg), Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  };
}

/** By Node alone. */
export function isSignedBy({ alg, publicKey }: Key, input: string, signature: Buffer): boolean {
  return verify(hashOf(alg), Buffer.from(input), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
}

/** The forms of a public key that a library could take for a shared secret. */
export function secretsOf({ publicKey, jwk }: Key): readonly (string | Buffer)[] {
  const { x = '', n = '' } = publicKey.export({ format: 'jwk' });
  return [
    publicKey.export({ format: 'pem', type: 'spki' }),
    String(publicKey.export({ format: 'pem', type: 'spki' })).trim(),
    publicKey.export({ format: 'der', type: 'spki' }),
    JSON.stringify(jwk),
    x || n,
    Buffer.from(x || n, 'base64url'),
    '',
  ];
}

export function mac(secret: string | Buffer, input: string, hash: 'sha256' | 'sha384' | 'sha512'): Buffer {
  return createHmac(hash, secret).update(input).digest();
}

/** ASN.1 in place of the two numbers one after the other (RFC 7515 §3.4 has the latter). */
export function asDer(signature: Buffer): Buffer {
  const number = (bytes: Buffer) => {
    const from = bytes.findIndex((byte) => byte !== 0);
    const short = from === -1 ? Buffer.from([0]) : bytes.subarray(from);
    const whole = (short[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), short]) : short;
    return Buffer.concat([Buffer.from([2, whole.length]), whole]);
  };
  const both = Buffer.concat([number(signature.subarray(0, 32)), number(signature.subarray(32))]);
  return Buffer.concat([Buffer.from([48, both.length]), both]);
}

/** r and n − s, which signs as well as r and s (SEC 1 §4.1.4): another spelling of a token, and no other token. */
export function withOtherS(signature: Buffer): Buffer {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
  const other = (order - s).toString(16).padStart(64, '0');
  return Buffer.concat([signature.subarray(0, 32), Buffer.from(other, 'hex')]);
}

function pairFor(alg: Algorithm) {
  if (alg === 'RS256') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  return alg === 'ES256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('ed25519');
}

function hashOf(alg: Algorithm): string | null {
  return alg === 'EdDSA' ? null : 'sha256';
}
