/** Who is signed in to the explorer: in memory, for a working day at most, and gone with the gateway. */
import type { AuthenticatedPrincipal } from '../request.ts';
import { unguessable } from './attempts.ts';
import type { Tokens } from './provider.ts';

/** Who it is, as the gateway knows them. */
export type Person = Pick<AuthenticatedPrincipal, 'issuer' | 'subject'>;

export interface Session {
  /** Of the access token. */
  principal: AuthenticatedPrincipal;
  /** Of those before it that have not ended. */
  former: readonly AuthenticatedPrincipal[];
  /** When its first token was issued, in seconds since the epoch: what comes of that one is as old. */
  readonly since: number;
  /** As the page shows it. */
  readonly name: string;
  tokens: Tokens;
  /** Underway. */
  renewal: Promise<void> | undefined;
}

/** So many at once; beyond that the oldest are ended. */
const mostSessions = 2_000;
/** One person alone cannot end everybody else's. */
const mostOfOnePerson = 10;
const sessionMs = 28_800_000;

export class Sessions {
  readonly #started = new Map<string, { readonly session: Session; readonly until: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Under an id that nobody has had before: what a browser brings along is never taken for one. */
  start(session: Session): string {
    this.#dropOld(session.principal);
    const id = unguessable();
    this.#started.set(id, { session, until: this.#now() + sessionMs });
    return id;
  }

  find(id: string): Session | undefined {
    const started = this.#started.get(id);
    if (started === undefined) return undefined;
    if (this.#now() < started.until) return started.session;
    this.#started.delete(id);
    return undefined;
  }

  end(id: string): void {
    this.#started.delete(id);
  }

  endWhere(hasEnded: (session: Session) => boolean): void {
    for (const [id, { session }] of this.#started) if (hasEnded(session)) this.#started.delete(id);
  }

  clear(): void {
    this.#started.clear();
  }

  /** In the order in which they started, which is the order in which they end. */
  #dropOld(person: Person): void {
    for (const [id, { until }] of this.#started) {
      if (this.#now() < until && this.#started.size < mostSessions) break;
      this.#started.delete(id);
    }
    const own = [...this.#started].filter(([, { session }]) => isSame(session.principal, person));
    for (const [id] of own.slice(0, Math.max(0, own.length - mostOfOnePerson + 1))) this.#started.delete(id);
  }
}

export function isSame(one: Person, other: Person): boolean {
  return one.issuer === other.issuer && one.subject === other.subject;
}
