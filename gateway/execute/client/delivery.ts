/** One call from `send` to its reply: its turn, its deadline, its caller, and sending it again. */

import { setMaxListeners } from 'node:events';
import type { EndSignal } from '../../request.ts';
import type { Place } from '../../roster/roster.ts';
import type { Withheld } from '../withheld.ts';
import { backOff } from './back-off.ts';
import type { Verdict } from './breaker.ts';
import { failureCode, type SubgraphCall, type SubgraphReply } from './call.ts';
import { Exchange, type ExchangeOwner } from './exchange.ts';
import type { Failure } from './failure.ts';
import type { Lane, SubgraphClientObserver } from './lane.ts';
import type { Waiting } from './limit.ts';
import type { SubgraphClientOptions } from './options.ts';
import type { Endpoint } from './origins.ts';
import type { Expiring, UnderWay } from './under-way.ts';

/** What all calls share. */
export interface Post {
  readonly options: SubgraphClientOptions;
  readonly observer: SubgraphClientObserver;
  readonly withheld: Pick<Withheld, 'has'>;
  readonly underWay: UnderWay;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
}

export interface Address {
  readonly lane: Lane;
  readonly endpoint: Endpoint;
}

export interface Settle {
  readonly resolve: (reply: SubgraphReply) => void;
  readonly reject: (fault: Error) => void;
}

/** The listener of the caller's signal is the object itself: a function for each call would cost more. */
export class Delivery implements Waiting, Expiring, ExchangeOwner {
  readonly deadline: number;
  readonly #post: Post;
  readonly #call: SubgraphCall;
  readonly #address: Address;
  readonly #settle: Settle;
  /** Among all that are under way. */
  #place: Place<Expiring> | undefined;
  turn: Place<Waiting> | undefined;
  #isInFlight = false;
  #ended = false;
  #retries = 0;
  /** Of the exchange under way, for the breaker. */
  #era: number | undefined;
  #exchange: Exchange | undefined;
  /** What came of it last, while it waits to be sent again. */
  #last: SubgraphReply | undefined;
  #pause: NodeJS.Timeout | undefined;
  /** In place of the one that it was sent with. */
  #newToken: string | undefined;

  constructor(post: Post, call: SubgraphCall, address: Address, settle: Settle) {
    this.#post = post;
    this.#call = call;
    this.#address = address;
    this.#settle = settle;
    this.deadline = post.clock() + post.options.timeoutMs;
  }

  begin(): void {
    const { lane } = this.#address;
    const { signal, subgraph } = this.#call;
    if (signal.aborted) {
      this.#end({ outcome: 'cancelled', status: undefined });
      return;
    }
    const { withheld, options } = this.#post;
    const refused = withheld.has(subgraph) || lane.breaker.refuses(this.deadline - options.timeoutMs);
    const entered = refused ? 'full' : lane.limit.enter(this);
    if (entered === 'full') {
      this.turnAway();
      return;
    }
    this.#place = this.#post.underWay.add(this);
    allowManyListeners(signal);
    signal.addEventListener('abort', this);
    if (entered === 'started') this.start();
  }

  start(): void {
    const { lane, endpoint } = this.#address;
    this.#isInFlight = true;
    // Once more: it may have waited for its turn, or to be sent again.
    if (this.#post.withheld.has(this.#call.subgraph)) {
      this.turnAway();
      return;
    }
    this.#era = lane.breaker.admit(this.#post.clock());
    if (this.#era === undefined) {
      this.turnAway();
      return;
    }
    if (this.#retries === 0) lane.budget.deposit();
    this.#exchange = new Exchange(this, this.#post.options.responseBytes);
    this.#exchange.send(endpoint, headerFields(this.#call, this.#newToken), this.#call.body);
  }

  turnAway(): void {
    this.#end(this.#last ?? { outcome: 'refused', status: undefined });
  }

  answered(reply: SubgraphReply): void {
    this.#report('success');
    this.#end(reply);
  }

  failed(failure: Failure): void {
    this.#report(failure.counts ? 'failure' : 'success');
    if (!this.#repeat(failure)) this.#end(failure.reply);
  }

  faulted(error: Error): void {
    this.#report('none');
    this.#release();
    this.#settle.reject(error);
  }

  expire(): void {
    this.#stop('timeout', 'failure');
  }

  /** The caller's signal: `abort`. */
  handleEvent(): void {
    this.#stop('cancelled', 'none');
  }

  #stop(outcome: 'timeout' | 'cancelled', verdict: Verdict): void {
    this.#exchange?.cancel();
    this.#report(verdict);
    this.#end({ outcome, status: undefined });
  }

  /** Of the exchange that has just ended; without one, nothing is known of the subgraph. */
  #report(verdict: Verdict): void {
    this.#exchange = undefined;
    if (this.#era === undefined) return;
    const era = this.#era;
    this.#era = undefined;
    this.#address.lane.breaker.report(era, verdict, this.#post.clock());
  }

  /** Whether it will be sent again. It keeps its place meanwhile: a subgraph in trouble gets fewer calls, not more. */
  #repeat({ again, retryAfter, reply }: Failure): boolean {
    const { clock, observer, options } = this.#post;
    if (!this.#call.repeatable || again === 'never' || this.#retries >= options.mostRetries) return false;
    const atOnce = again === 'at once' && this.#retries === 0;
    const delayMs = atOnce ? 0 : backOff(this.#retries, retryAfter, options.retries);
    const now = clock();
    if (delayMs === undefined || now + delayMs >= this.deadline) return false;
    if (!this.#address.lane.budget.withdraw(now)) return false;
    this.#retries += 1;
    this.#last = reply;
    const { subgraph } = this.#call;
    const { outcome, status } = reply;
    const code = failureCode(reply);
    observer.callRepeated({ subgraph, retry: this.#retries, delayMs, outcome, status, code });
    this.#pause = setTimeout(() => this.#startAgain(), delayMs);
    return true;
  }

  /** A token that is good once may have come to where it was sent. */
  #startAgain(): void {
    const { renewToken } = this.#call;
    if (renewToken === undefined) {
      this.start();
      return;
    }
    Promise.resolve(renewToken()).then(
      (token) => {
        this.#newToken = token;
        if (!this.#ended) this.start();
      },
      (fault: Error) => this.faulted(fault),
    );
  }

  #end(reply: SubgraphReply): void {
    if (this.#ended) return;
    this.#release();
    this.#settle.resolve(reply);
  }

  #release(): void {
    this.#ended = true;
    const { limit } = this.#address.lane;
    clearTimeout(this.#pause);
    if (this.#place !== undefined) this.#post.underWay.delete(this.#place);
    this.#call.signal.removeEventListener('abort', this);
    if (this.#isInFlight) limit.leave();
    else limit.withdraw(this);
  }
}

let lastAllowed: EndSignal | undefined;

/** One request can have many calls under way. They mostly begin one after the other, and asking for it is not cheap. */
function allowManyListeners(signal: EndSignal): void {
  if (signal === lastAllowed || !(signal instanceof AbortSignal)) return;
  setMaxListeners(0, signal);
  lastAllowed = signal;
}

/** In undici's flat form: names and values in turn. */
function headerFields({ headers, forwarded }: SubgraphCall, newToken: string | undefined): string[] {
  const fields = ['content-type', 'application/json', 'accept', 'application/json'];
  for (const name in headers) {
    const given = headers[name] ?? '';
    fields.push(name, name === 'txn-token' ? (newToken ?? given) : given);
  }
  if (forwarded !== undefined) for (const [name, value] of forwarded) fields.push(name, value);
  return fields;
}
