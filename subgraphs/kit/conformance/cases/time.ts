/** When a token holds. */
import type { Forge } from '../forge.ts';
import { bad, claims, fine, type TokenCase } from '../token-case.ts';

const ENDED = 'Refuse once exp has come, without a leeway: the gateway renews in time.';
const BEGINS = 'Refuse iat more than 5 s ahead, and nbf in the future.';
const LIFE = 'Refuse unless exp is after iat, and by 30 s at most.';
const NUMBERS = 'Read iat and exp as whole numbers of seconds; a text or a fraction is refused.';

const at = (change: (now: number) => Readonly<Record<string, unknown>>) =>
  claims(({ now }: Forge) => change(now));

export const times: readonly TokenCase[] = [
  bad(
    'time.expired',
    'a token that ended half a minute ago',
    ENDED,
    at((now) => ({ iat: now - 60, exp: now - 31 })),
  ),
  bad(
    'time.just-expired',
    'a token that has just ended',
    ENDED,
    at((now) => ({ iat: now - 20, exp: now })),
  ),
  bad(
    'time.future',
    'a token of the next minute',
    BEGINS,
    at((now) => ({ iat: now + 60, exp: now + 90 })),
  ),
  bad(
    'time.ahead',
    'iat 10 s ahead',
    BEGINS,
    at((now) => ({ iat: now + 10, exp: now + 40 })),
  ),
  bad(
    'time.not-before',
    'nbf in the future',
    BEGINS,
    at((now) => ({ nbf: now + 20 })),
  ),
  bad(
    'time.life-31',
    'a life of 31 s',
    LIFE,
    at((now) => ({ exp: now + 31 })),
  ),
  bad(
    'time.life-year',
    'a life of a year',
    LIFE,
    at((now) => ({ exp: now + 31_536_000 })),
  ),
  bad(
    'time.life-huge',
    'an exp of 1e300',
    LIFE,
    at(() => ({ exp: 1e300 })),
  ),
  bad(
    'time.backwards',
    'an exp before iat',
    LIFE,
    at((now) => ({ iat: now + 4, exp: now + 2 })),
  ),
  bad(
    'time.exp-text',
    'exp as a text',
    NUMBERS,
    at((now) => ({ exp: String(now + 30) })),
  ),
  bad(
    'time.iat-text',
    'iat as a text',
    NUMBERS,
    at((now) => ({ iat: String(now) })),
  ),
  bad(
    'time.exp-fraction',
    'exp with a fraction',
    NUMBERS,
    at((now) => ({ exp: now + 29.5 })),
  ),
  bad(
    'time.exp-null',
    'exp null',
    NUMBERS,
    at(() => ({ exp: null })),
  ),
  bad(
    'time.exp-zero',
    'exp 0',
    ENDED,
    at(() => ({ exp: 0 })),
  ),
];

/** To the second, and so only where time stands still. */
export const instants: readonly TokenCase[] = [
  fine(
    'instant.last-second',
    'a token in its last second',
    ENDED,
    at((now) => ({ iat: now - 29, exp: now + 1 })),
  ),
  fine(
    'instant.ahead-5',
    'iat 5 s ahead',
    BEGINS,
    at((now) => ({ iat: now + 5, exp: now + 35 })),
  ),
  bad(
    'instant.ahead-6',
    'iat 6 s ahead',
    BEGINS,
    at((now) => ({ iat: now + 6, exp: now + 36 })),
  ),
  fine(
    'instant.not-before-now',
    'nbf that has come',
    BEGINS,
    at((now) => ({ nbf: now })),
  ),
  bad(
    'instant.not-before-next',
    'nbf of the next second',
    BEGINS,
    at((now) => ({ nbf: now + 1 })),
  ),
];
