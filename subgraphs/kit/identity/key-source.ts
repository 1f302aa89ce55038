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
/** A key that the gateway has withdrawn counts no longer than this. */
const MAX_AGE_MS = 60_000;
const TIMEOUT_MS = 5_000;

/**
 * Keys from `http(s)://…` or from the path of a file; looked up at the first token, not at start.
 *
 * @param maxAgeMs for how long keys are used that are not looked at again; ms
 */
export function keySource(place: string, maxAgeMs: number = MAX_AGE_MS): JWTVerifyGetKey {
  if (!/^https?:\/\//.test(place)) return fileKeys(place, maxAgeMs);
  return createRemoteJWKSet(new URL(place), {
    cooldownDuration: COOL_DOWN_MS,
    cacheMaxAge: maxAgeMs,
    timeoutDuration: TIMEOUT_MS,
  });
}

/**
 * A file is read again when it lacks a key, since the gateway may write it after we start and rotates it; and when it
 * is old, since a key that was taken out of it must not be trusted for ever.
 */
function fileKeys(path: string, maxAgeMs: number): JWTVerifyGetKey {
  let keys: JWTVerifyGetKey | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<JWTVerifyGetKey> | undefined;
  const readNow = async () => {
    readAt = performance.now();
    // Those of before are none where others cannot be read.
    keys = undefined;
    keys = createLocalJWKSet(JSON.parse(await readFile(path, 'utf8')) as JSONWebKeySet);
    return keys;
  };
  const read = () => {
    reading ??= readNow().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  return async (header, token) => {
    const fresh = performance.now() - readAt < maxAgeMs ? keys : undefined;
    const known = fresh ?? (await read());
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || performance.now() - readAt < COOL_DOWN_MS)
        throw error;
      return (await read())(header, token);
    }
  };
}
