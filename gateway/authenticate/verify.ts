/** A token of a configured issuer, against the issuer's keys. */
import { type CryptoKey, jwtVerify } from 'jose';
import type { AuthenticatedPrincipal } from '../request.ts';
import { principalOf } from './claims.ts';
import type { TrustedIssuer } from './issuer.ts';
import { isUnknownKey, type KeySet, type Keys } from './keys.ts';
import { refuseToken } from './refusal.ts';

export interface Trusted {
  readonly issuer: TrustedIssuer;
  readonly keys: Keys;
}

interface VerifiedNow {
  readonly principal: AuthenticatedPrincipal;
  /** The keys that it was verified with. */
  readonly keys: KeySet;
}

/**
 * @param now milliseconds since the epoch
 * @throws TokenRefusal, or what jose throws
 */
export async function verify(token: string, { issuer, keys }: Trusted, now: number): Promise<VerifiedNow> {
  const set = (await keys.ready()) ?? refuseToken("the issuer's keys are unavailable", { kind: 'keys' });
  try {
    return { principal: await verifyWith(token, { issuer, keys }, set, now), keys: set };
  } catch (error) {
    const newer = isUnknownKey(error) ? await keys.newerThan(set) : undefined;
    if (newer === undefined) throw error;
    return { principal: await verifyWith(token, { issuer, keys }, newer, now), keys: newer };
  }
}

async function verifyWith(token: string, { issuer, keys }: Trusted, set: KeySet, now: number) {
  const { payload, key } = await jwtVerify(token, set.find, {
    algorithms: [...issuer.algorithms],
    issuer: issuer.issuer,
    audience: issuer.audience,
    typ: issuer.typ,
    clockTolerance: issuer.clockSkewSeconds,
    currentDate: new Date(now),
  });
  return principalOf(payload, issuer, Math.floor(now / 1000), vouching(keys, set, key));
}

/** Other keys beside the one that signed change nothing for whoever it vouches for. */
function vouching(keys: Keys, verifiedWith: KeySet, key: CryptoKey): () => boolean {
  let known = verifiedWith;
  return () => {
    const set = keys.current();
    if (set === undefined) return keys.isUndecided();
    if (set !== known && !set.has(key)) return false;
    known = set;
    return true;
  };
}
