/** Where the gateway's public keys come from: its JWKS over HTTP, or a file. */
import { readFile } from 'node:fs/promises';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';

/** How soon after one look an unknown key id may cause another: a forged id must not become a flood. */
const COOL_DOWN_MS = 5_000;
const MAX_AGE_MS = 600_000;
const TIMEOUT_MS = 5_000;

/** Keys from `http(s)://…` or from the path of a file; looked up at the first token, not at start. */
export function keySource(place: string): JWTVerifyGetKey {
  if (!/^https?:\/\//.test(place)) return fileKeys(place);
  return createRemoteJWKSet(new URL(place), {
    cooldownDuration: COOL_DOWN_MS,
    cacheMaxAge: MAX_AGE_MS,
    timeoutDuration: TIMEOUT_MS,
  });
}

/** A file is read again when it lacks a key: the gateway may write it after we start, and rotates it. */
function fileKeys(path: string): JWTVerifyGetKey {
  let keys: JWTVerifyGetKey | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  const read = async () => {
    readAt = performance.now();
    keys = createLocalJWKSet(JSON.parse(await readFile(path, 'utf8')) as JSONWebKeySet);
    return keys;
  };
  return async (header, token) => {
    const known = keys ?? (await read());
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || performance.now() - readAt < COOL_DOWN_MS)
        throw error;
      return (await read())(header, token);
    }
  };
}
