/** A subgraph that publishes over WebSocket with the subprotocol graphql-transport-ws, on a connection of its own for each subscription. */
import { createClient, type SubscribePayload } from 'graphql-ws';
import { WebSocket } from 'ws';
import { secured } from '../client-tls.ts';
import type { EventSource, SourceCall, SourceEnd, SourceOptions } from './source.ts';

/** A peer that does not answer a ping before the next one is due is gone. */
const pingMs = 15_000;

export function createWsSource(options: SourceOptions): EventSource {
  return {
    open(call, publish) {
      return new Promise((resolve) => {
        let broken: string | undefined;
        const client = createClient({
          url: call.url,
          webSocketImpl: socketOf(call, options, (code) => {
            broken = code;
          }),
          connectionAckWaitTimeout: options.timeoutMs,
          keepAlive: pingMs,
          // Between two connections events would be lost, and nobody would know.
          retryAttempts: 0,
        });
        const end = (ended: SourceEnd) => {
          resolve(ended);
          void client.dispose();
        };
        const leave = () => end({ outcome: 'cancelled', status: undefined });
        call.signal.addEventListener('abort', leave, { once: true });
        if (call.signal.aborted) return leave();
        client.subscribe(JSON.parse(call.body) as SubscribePayload, {
          next: (payload) => publish(Buffer.from(JSON.stringify(payload))),
          error: (reason) => end(endOf(reason, broken)),
          complete: () => end({ outcome: 'answered', status: undefined }),
        });
      });
    },
    // Each connection goes with its subscription.
    close: async () => {},
  };
}

/** The token goes with the upgrade, as with any request: a subgraph can refuse before there is a connection. One in a message as well would be two. */
function socketOf(
  { token, headers }: SourceCall,
  { timeoutMs, eventBytes, tls }: SourceOptions,
  broke: (code: string | undefined) => void,
) {
  return class extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol, {
        headers: { ...headers, 'txn-token': token },
        ...secured(tls),
        handshakeTimeout: timeoutMs,
        maxPayload: eventBytes,
        followRedirects: false,
        perMessageDeflate: false,
      });
      this.once('error', ({ code }: NodeJS.ErrnoException) => broke(code));
    }
  };
}

/** What the library gives: the errors of an `error` message, the event of a close, or what broke. */
function endOf(reason: unknown, broken: string | undefined): SourceEnd {
  if (Array.isArray(reason)) return { outcome: 'answered', status: undefined, errors: reason };
  const code = typeof reason === 'object' && reason !== null && 'code' in reason ? reason.code : undefined;
  // 4400 to 4499: it refuses what the gateway sent. Such a code of `ws`: an event was too large, or no message at all.
  const isMalformed = (typeof code === 'number' && code >= 4000) || broken?.startsWith('WS_ERR_') === true;
  return isMalformed
    ? { outcome: 'malformed', status: undefined }
    : { outcome: 'unavailable', status: undefined, code: broken };
}
