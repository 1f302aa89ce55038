/** HTTP to subgraphs: pooled connections, a deadline, a bounded answer, no redirects, and only headers of ours. */
import { setMaxListeners } from 'node:events';
import { Agent, errors } from 'undici';

export interface SubgraphCall {
  readonly subgraph: string;
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The caller's: it goes away, or its deadline passes. */
  readonly signal: AbortSignal;
}

export type SubgraphReply =
  | { readonly outcome: 'answered'; readonly status: number; readonly body: Buffer }
  /** It answered, but with more than it may. */
  | { readonly outcome: 'malformed'; readonly status: number | undefined }
  | { readonly outcome: 'unavailable' | 'timeout' | 'cancelled'; readonly status: undefined };

export interface SubgraphClient {
  send(call: SubgraphCall): Promise<SubgraphReply>;
  close(): Promise<void>;
}

export interface SubgraphClientOptions {
  /** For one request, connecting included. */
  readonly timeoutMs: number;
  readonly responseBytes: number;
}

export function createSubgraphClient({ timeoutMs, responseBytes }: SubgraphClientOptions): SubgraphClient {
  const agent = new Agent({
    connect: { timeout: timeoutMs },
    keepAliveTimeout: 30_000,
    maxResponseSize: responseBytes,
    // The deadline below bounds the whole exchange; undici's own would bound its parts.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    async send(call) {
      const deadline = startDeadline(call.signal, timeoutMs);
      try {
        return await exchange(agent, call, deadline.signal);
      } catch (error) {
        if (call.signal.aborted) return { outcome: 'cancelled', status: undefined };
        if (deadline.signal.aborted || error instanceof errors.ConnectTimeoutError) {
          return { outcome: 'timeout', status: undefined };
        }
        if (error instanceof errors.ResponseExceededMaxSizeError)
          return { outcome: 'malformed', status: undefined };
        return { outcome: 'unavailable', status: undefined };
      } finally {
        deadline.end();
      }
    },
    close: () => agent.close(),
  };
}

/** `AbortSignal.timeout` would keep its timer, and all it holds, until the deadline of every request that was answered. */
function startDeadline(caller: AbortSignal, timeoutMs: number) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, timeoutMs);
  // One request can have many fetches under way; each takes its listener back.
  setMaxListeners(0, caller);
  caller.addEventListener('abort', abort, { once: true });
  if (caller.aborted) abort();
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      caller.removeEventListener('abort', abort);
    },
  };
}

async function exchange(agent: Agent, call: SubgraphCall, signal: AbortSignal): Promise<SubgraphReply> {
  const { origin, pathname, search } = new URL(call.url);
  const { statusCode, body } = await agent.request({
    origin,
    path: pathname + search,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...call.headers },
    body: call.body,
    signal,
  });
  return { outcome: 'answered', status: statusCode, body: Buffer.from(await body.arrayBuffer()) };
}
