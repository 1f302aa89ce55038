/** How long a request may take: until its deadline, or until its client has gone. A stream has a longer one. */

import type { EventEmitter } from 'node:events';
import { ClientError } from '../errors.ts';
import type { EndSignal } from '../request.ts';
import { Ending } from './ending.ts';

export interface Lifetime {
  /** Its reason is a `TimeoutError` at the deadline, an `AbortError` when the client goes, else what the client is told. */
  readonly signal: EndSignal;
  /** The answer is a stream: from now on it has so much time. */
  extend(lifetimeMs: number): void;
  /** The gateway stops: streams end, requests still have their time. */
  stop(): void;
  /** The client wants no more. */
  leave(): void;
  end(): void;
}

/** @param connection emits `close` when the client has gone */
export function startLifetime(connection: EventEmitter, timeoutMs: number): Lifetime {
  const ending = new Ending();
  let timer = setTimeout(() => {
    ending.abort(new DOMException('the deadline of the request has passed', 'TimeoutError'));
  }, timeoutMs);
  let isStream = false;
  let isStopping = false;
  const stop = () => {
    isStopping = true;
    if (isStream) ending.abort(streamOver('The gateway is being stopped. Subscribe again.'));
  };
  const leave = () => ending.abort(new DOMException('the client has gone', 'AbortError'));
  connection.once('close', leave);
  return {
    signal: ending,
    extend(lifetimeMs) {
      isStream = true;
      clearTimeout(timer);
      timer = setTimeout(() => ending.abort(streamTooOld()), lifetimeMs);
      if (isStopping) stop();
    },
    stop,
    leave,
    end() {
      clearTimeout(timer);
      connection.off('close', leave);
    },
  };
}

function streamTooOld(): ClientError {
  return streamOver('The stream has lasted as long as it may. Subscribe again.');
}

function streamOver(message: string): ClientError {
  const error = { message, extensions: { code: 'REQUEST_TIMEOUT', retryable: true } } as const;
  return new ClientError('REQUEST_TIMEOUT', message, { errors: [error] });
}
