/** One request over a pooled connection, and its whole answer: bounded in time and size, never redirected. */
import { Buffer } from 'node:buffer';
import type { Dispatcher } from 'undici';
import { errors } from 'undici';
import type { SubgraphReply } from './reply.ts';

export interface Exchange {
  readonly origin: string;
  readonly path: string;
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** From now on, connecting included. */
  readonly timeoutMs: number;
  readonly responseBytes: number;
}

export interface Running {
  readonly reply: Promise<Exchanged>;
  /** Ends the request on the wire. */
  abort(): void;
}

export interface Exchanged {
  readonly reply: SubgraphReply;
  /** Whether the connection was lost before any answer: of one kept alive, the other side may just have closed it. */
  readonly isLost: boolean;
  /** Seconds, if the answer asks to wait (RFC 9110 §10.2.3). */
  readonly retryAfter: number | undefined;
}

export function exchange(dispatcher: Dispatcher, request: Exchange): Running {
  let exchanging: Exchanging | undefined;
  const reply = new Promise<Exchanged>((resolve) => {
    exchanging = new Exchanging(request, resolve);
    const { origin, path, headers, body } = request;
    dispatcher.dispatch({ origin, path, method: 'POST', headers, body }, exchanging);
  });
  return { reply, abort: () => exchanging?.end({ outcome: 'cancelled', status: undefined }) };
}

/** undici calls it; what has been said once is not said again. */
class Exchanging implements Dispatcher.DispatchHandler {
  readonly #resolve: (exchanged: Exchanged) => void;
  readonly #responseBytes: number;
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #hasEnded = false;
  #status: number | undefined;
  #retryAfter: number | undefined;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor({ timeoutMs, responseBytes }: Exchange, resolve: (exchanged: Exchanged) => void) {
    this.#resolve = resolve;
    this.#responseBytes = responseBytes;
    this.#timer = setTimeout(() => this.end({ outcome: 'timeout', status: undefined }), timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#hasEnded) controller.abort(ended);
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    const after = Number(text(headers['retry-after']));
    this.#retryAfter = Number.isFinite(after) ? after : undefined;
    // None was accepted; what is packed cannot be bounded by what arrives.
    const encoding = text(headers['content-encoding']) ?? 'identity';
    const length = Number(text(headers['content-length']) ?? 0);
    if (encoding !== 'identity' || length > this.#responseBytes) this.end({ outcome: 'malformed', status });
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#hasEnded) return;
    this.#size += chunk.length;
    if (this.#size > this.#responseBytes) this.end({ outcome: 'malformed', status: this.#status });
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [only, ...others] = this.#chunks;
    const body = only !== undefined && others.length === 0 ? only : Buffer.concat(this.#chunks, this.#size);
    if (this.#status === undefined) this.end({ outcome: 'malformed', status: undefined });
    else this.end({ outcome: 'answered', status: this.#status, body });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#status !== undefined || error instanceof errors.HTTPParserError) {
      this.end({ outcome: 'malformed', status: this.#status });
    } else if (error instanceof errors.ConnectTimeoutError) {
      this.end({ outcome: 'timeout', status: undefined });
    } else {
      this.end({ outcome: 'unavailable', status: undefined }, isLost(error));
    }
  }

  end(reply: SubgraphReply, lost = false): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#chunks = [];
    if (reply.outcome !== 'answered') this.#controller?.abort(ended);
    this.#resolve({ reply, isLost: lost, retryAfter: this.#retryAfter });
  }
}

/** Nobody reads it: the exchange has ended. */
const ended = new Error('the exchange has ended');

const lost: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

function isLost(error: Error): boolean {
  return 'code' in error && lost.has(error.code);
}

function text(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}
