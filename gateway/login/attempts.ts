/** Sign-ins that have begun: each is for one browser, is answered once, and waits for its answer for ten minutes. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { LoginRefused } from './login-refused.ts';

export interface Attempt {
  /** What the provider gives back, so that its answer finds the attempt (RFC 6749 §10.12). */
  readonly state: string;
  /** What the browser keeps in a cookie: nobody else's browser can end the attempt. */
  readonly binding: string;
  /** What the ID token has to say (OpenID Connect Core §3.1.2.1). */
  readonly nonce: string;
  /** PKCE (RFC 7636 §4.1). */
  readonly verifier: string;
  /** The session that the new one takes the place of. */
  readonly previous: string | undefined;
}

/** So many at once; beyond that the oldest are dropped. */
const mostAttempts = 10_000;
export const attemptMs = 600_000;

export class Attempts {
  readonly #begun = new Map<string, Attempt & { readonly until: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  begin(previous: string | undefined): Attempt {
    this.#dropOld();
    const attempt = {
      state: unguessable(),
      binding: unguessable(),
      nonce: unguessable(),
      verifier: unguessable(),
      previous,
    };
    this.#begun.set(attempt.state, { ...attempt, until: this.#now() + attemptMs });
    return attempt;
  }

  /**
   * Whatever comes of it, there is no second time.
   * @throws LoginRefused
   */
  take(state: string, binding: string | undefined): Attempt {
    const attempt = this.#begun.get(state);
    this.#begun.delete(state);
    if (attempt === undefined || this.#now() >= attempt.until)
      throw new LoginRefused('no sign-in of that state is under way: it was answered before, or is too old');
    if (binding === undefined) throw new LoginRefused('the browser has no cookie of a sign-in');
    if (!isEqual(binding, attempt.binding)) throw new LoginRefused('another browser began that sign-in');
    return attempt;
  }

  clear(): void {
    this.#begun.clear();
  }

  /** In the order in which they began, which is the order in which they end. */
  #dropOld(): void {
    for (const [state, { until }] of this.#begun) {
      if (this.#now() < until && this.#begun.size < mostAttempts) return;
      this.#begun.delete(state);
    }
  }
}

/** 256 bits, in characters that a URL and a cookie take as they are. */
export function unguessable(): string {
  return randomBytes(32).toString('base64url');
}

function isEqual(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
