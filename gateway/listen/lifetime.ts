/** How long a request may take: until its deadline, or until its client has gone. */
import type { ServerResponse } from 'node:http';

export interface Lifetime {
  /** Its reason is a `TimeoutError` at the deadline, an `AbortError` when the client goes. */
  readonly signal: AbortSignal;
  end(): void;
}

export function startLifetime(response: ServerResponse, timeoutMs: number): Lifetime {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new DOMException('the deadline of the request has passed', 'TimeoutError'));
  }, timeoutMs);
  const leave = () => controller.abort(new DOMException('the client has gone', 'AbortError'));
  response.once('close', leave);
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      response.off('close', leave);
    },
  };
}
