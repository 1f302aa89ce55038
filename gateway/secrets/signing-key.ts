/** Keys by which the gateway signs: private Ed25519 JWKs (RFC 8037), one or several in a file. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { InternalError } from '../errors.ts';
import { readOrCreate } from './secret-file.ts';

export interface SigningKey {
  /** Thumbprint of the key (RFC 7638): the same key has the same id after a restart. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** The public half, as `/.well-known/jwks.json` publishes it. */
  readonly publicKey: JWK;
}

export interface SigningKeyOptions {
  /** Path of a private JWK, or of a set of them; undefined: a key in memory, new at each start. */
  readonly signingKey: string | undefined;
  readonly createIfMissing: boolean;
}

/** The first one signs. More than these would be a mistake that makes each subgraph read them. */
const most = 8;

/** @throws InternalError naming the file, never what it holds, if it is missing or holds anything else than such keys */
export async function readSigningKeys({
  signingKey: file,
  createIfMissing,
}: SigningKeyOptions): Promise<readonly [SigningKey, ...SigningKey[]]> {
  if (file === undefined) return [await prepare(await newSigningKey(), 'the key in memory')];
  const text = await readOrCreate({
    name: 'signing key',
    file,
    createIfMissing,
    setting: 'identity.createIfMissing',
    create: async () => `${JSON.stringify(await newSigningKey())}\n`,
  });
  const [first, ...others] = await Promise.all(parse(text, file).map((jwk) => prepare(jwk, file)));
  if (first === undefined || others.length >= most) {
    throw new InternalError(
      `The signing key ${file} holds ${others.length + (first ? 1 : 0)} keys. It has to hold 1 to ${most}.`,
    );
  }
  return [first, ...others];
}

export async function newSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return exportJWK(privateKey);
}

function parse(text: string, file: string): readonly JWK[] {
  const content = parseJson(text, file);
  if (typeof content !== 'object' || content === null) return [];
  return 'keys' in content && Array.isArray(content.keys) ? content.keys : [content];
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the cause: the parser's message quotes the file, and the file is a secret.
    throw new InternalError(
      `The signing key ${file} is not JSON. It has to hold one private JWK, or a set of them ({"keys": […]}).`,
    );
  }
}

async function prepare(jwk: JWK | null, file: string): Promise<SigningKey> {
  const { kty, crv, x, d } = jwk ?? {};
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || typeof d !== 'string') {
    throw new InternalError(
      `The signing key ${file} is not a private Ed25519 key (kty OKP, crv Ed25519, with x and d).`,
    );
  }
  const kid = await calculateJwkThumbprint({ kty, crv, x });
  const privateKey = createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' });
  return Object.freeze({ kid, privateKey, publicKey: { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' } });
}
