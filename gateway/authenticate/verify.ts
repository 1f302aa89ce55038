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
export async function verify(token: string, trusted: Trusted, now: number): Promise<VerifiedNow> {
  let keys =
    (await trusted.keys.ready()) ?? refuseToken("the issuer's keys are unavailable", { kind: 'keys' });
  for (;;) {
    try {
      return { principal: await verifyWith(token, trusted, keys, now), keys };
    } catch (error) {
      // A set that was fetched for another token may be older than the key of this one: then there is a newer set still.
      const newer = isUnknownKey(error) ? await trusted.keys.newerThan(keys) : undefined;
      if (newer === undefined) throw error;
      if (newer === 'unasked')
        refuseToken('its key is not known, and its issuer cannot be asked for newer ones at this moment', {
          kind: 'unknownKey',
        });
      keys = newer;
    }
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
