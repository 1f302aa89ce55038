/**
 * One request over one connection, as undici reports it. The handler is the older of undici 7's two forms: it hands over header
 * fields as bytes, where the newer one makes an object of all of them (4 of 27 µs a call).
 */
import { errors } from 'undici';
import type { SubgraphReply } from './call.ts';
import { type Failure, failureOf, isAway } from './failure.ts';
import type { Carried, Line } from './line.ts';
import type { Endpoint } from './origins.ts';
import { type ReplyHead, readHead } from './reply-head.ts';

/** Told of exactly one of the three, unless it cancels. */
export interface ExchangeOwner {
  answered(reply: SubgraphReply): void;
  failed(failure: Failure): void;
  /** The request could not be made at all: a fault of ours. */
  faulted(error: Error): void;
}

/** One object for all, since making an error costs more than the rest of cancelling. */
const cancelled = new Error('cancelled');

const nothing = Buffer.alloc(0);

export class Exchange implements Carried {
  /** Undefined once it has been told, or has cancelled. */
  #owner: ExchangeOwner | undefined;
  readonly #responseBytes: number;
  #line: Line | undefined;
  #sent = false;
  #started = false;
  #status: number | undefined;
  #head: ReplyHead | undefined;
  #size = 0;
  /** Most replies come in one piece, which is then handed over as it is. */
  #first: Buffer | undefined;
  #more: Buffer[] | undefined;

  constructor(owner: ExchangeOwner, responseBytes: number) {
    this.#owner = owner;
    this.#responseBytes = responseBytes;
  }

  send(endpoint: Endpoint, headers: string[], body: string | Buffer): void {
    endpoint.pool.dispatch({ method: 'POST', path: endpoint.path, headers, body }, this);
  }

  /** Ends the request on the wire too: HTTP/1.1 knows no other way than to close the connection. */
  cancel(): void {
    this.#owner = undefined;
    if (this.#sent) this.#line?.cut(cancelled);
  }

  carriedBy(line: Line): void {
    this.#line = line;
  }

  onConnect(): void {
    // It was cancelled while undici kept it back; thrown here, nothing is sent and the connection stays.
    if (this.#owner === undefined) throw cancelled;
    this.#sent = true;
  }

  onResponseStarted(): void {
    this.#started = true;
  }

  onHeaders(status: number, fields: readonly Buffer[]): boolean {
    // RFC 9110 §15.2: interim responses precede the one that counts.
    if (status < 200) return true;
    this.#status = status;
    this.#head = readHead(fields, this.#responseBytes);
    if (!this.#head.acceptable) this.#refuse();
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#size += chunk.length;
    if (this.#size > this.#responseBytes) this.#refuse();
    else if (this.#first === undefined) this.#first = chunk;
    else if (this.#more === undefined) this.#more = [this.#first, chunk];
    else this.#more.push(chunk);
    return true;
  }

  onComplete(): void {
    this.#line?.served();
    const owner = this.#take();
    const status = this.#status;
    if (owner === undefined || status === undefined) return;
    const reply = this.#reply(status);
    if (isAway(status))
      owner.failed({ reply, again: 'later', retryAfter: this.#head?.retryAfter, counts: true });
    else owner.answered(reply);
  }

  onError(error: Error): void {
    const owner = this.#take();
    if (owner === undefined) return;
    if (error instanceof errors.InvalidArgumentError) {
      owner.faulted(error);
      return;
    }
    const afterUse = this.#line?.usedBefore === true;
    owner.failed(failureOf(error, { started: this.#started, status: this.#status, afterUse }));
  }

  #reply(status: number): SubgraphReply {
    // Where a redirect leads is not for the token of this subgraph.
    if (status >= 300 && status < 400) return { outcome: 'malformed', status };
    const body = this.#more === undefined ? (this.#first ?? nothing) : Buffer.concat(this.#more, this.#size);
    return { outcome: 'answered', status, body };
  }

  /** What comes is not to be read any further. */
  #refuse(): void {
    const owner = this.#take();
    this.cancel();
    const reply = { outcome: 'malformed', status: this.#status } as const;
    owner?.failed({ reply, again: 'never', retryAfter: undefined, counts: false });
  }

  #take(): ExchangeOwner | undefined {
    const owner = this.#owner;
    this.#owner = undefined;
    return owner;
  }
}
