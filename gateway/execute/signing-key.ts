/** The gateway's signing key: an Ed25519 private JWK in a file, or in memory where nothing outlives the process. */
import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose';
import { InternalError } from '../errors.ts';

export interface SigningKey {
  /** Thumbprint of the key (RFC 7638): the same key has the same id after a restart. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** The public half, as `/.well-known/jwks.json` publishes it. */
  readonly jwks: JSONWebKeySet;
}

export interface SigningKeyOptions {
  /** Path of the private JWK; undefined: a key in memory, new at each start. */
  readonly signingKey: string | undefined;
  readonly createIfMissing: boolean;
}

/** @throws InternalError naming the file, if it is missing or holds no Ed25519 private key */
export async function loadSigningKey({
  signingKey,
  createIfMissing,
}: SigningKeyOptions): Promise<SigningKey> {
  if (signingKey === undefined) return prepare(await newKey(), 'the key in memory');
  const stored = await readStored(signingKey);
  if (stored !== undefined) return prepare(parse(stored, signingKey), signingKey);
  if (!createIfMissing) {
    throw new InternalError(
      `The signing key ${signingKey} does not exist. Create it, or set identity.createIfMissing: true.`,
    );
  }
  const created = await newKey();
  try {
    await writeWhole(signingKey, `${JSON.stringify(created)}\n`);
  } catch (error) {
    if (isCode(error, 'EEXIST')) return loadSigningKey({ signingKey, createIfMissing: false });
    throw new InternalError(`The signing key ${signingKey} cannot be written.`, { cause: error });
  }
  return prepare(created, signingKey);
}

/** Of two gateways that start at once, one makes the file, whole, and the other reads it. */
async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
  } finally {
    await rm(draft);
  }
}

async function readStored(file: string): Promise<string | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    // Of what is open, not of the path, which may name another file a moment later.
    checkPrivate(file, await handle.stat());
    return await handle.readFile('utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    if (error instanceof InternalError) throw error;
    throw new InternalError(`The signing key ${file} cannot be read.`, { cause: error });
  } finally {
    await handle?.close();
  }
}

/** Whoever reads the key can sign as the gateway; whoever writes it decides what the subgraphs trust. */
function checkPrivate(file: string, { uid, mode }: { readonly uid: number; readonly mode: number }): void {
  const us = process.getuid?.();
  // Where there are no user ids (Windows), a mode says nothing either.
  if (us === undefined) return;
  if (uid !== us && uid !== 0) {
    throw new InternalError(
      `The signing key ${file} belongs to user ${uid}, while the gateway runs as user ${us}. Take a key of your own, or correct the owner (chown ${us}) and run chmod 600 on it.`,
    );
  }
  if ((mode & 0o077) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0');
    throw new InternalError(
      `The signing key ${file} is open to others than its owner (mode ${octal}). Run: chmod 600 '${file}'. If somebody may have read it, delete it and start with a new one.`,
    );
  }
}

function parse(text: string, file: string): JWK {
  try {
    return JSON.parse(text) as JWK;
  } catch {
    // Without the cause: the parser's message quotes the file, and the file is a secret.
    throw new InternalError(`The signing key ${file} is not JSON. It has to hold one private JWK.`);
  }
}

async function prepare(jwk: JWK, file: string): Promise<SigningKey> {
  const { kty, crv, x, d } = jwk;
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || typeof d !== 'string') {
    throw new InternalError(
      `The signing key ${file} is not a private Ed25519 key (kty OKP, crv Ed25519, with x and d).`,
    );
  }
  const kid = await calculateJwkThumbprint({ kty, crv, x });
  const privateKey = createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' });
  return Object.freeze({
    kid,
    privateKey,
    jwks: { keys: [{ kty, crv, x, kid, alg: 'EdDSA', use: 'sig' }] },
  });
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return exportJWK(privateKey);
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
