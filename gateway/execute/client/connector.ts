/** Makes connections to subgraphs, by the certificates in force, and knows which are being made. */
import { Socket } from 'node:net';
import { buildConnector } from 'undici';
import { type ClientTls, secured } from '../client-tls.ts';

export interface Connector {
  readonly connect: buildConnector.connector;
  /** Those from now on are made by other certificates. */
  renew(): void;
  /** Ends those that are being made. */
  close(): void;
}

export function createConnector(timeoutMs: number, tls: ClientTls | undefined): Connector {
  /** Undici forgets these when it is closed. */
  const connecting = new Set<Socket>();
  const build = () => buildConnector({ timeout: timeoutMs, ...secured(tls) });
  let connectTo = build();
  return {
    connect(target, callback) {
      // Not in its types, and not left to an abort signal either: each socket would stay with that for good.
      const socket: unknown = connectTo(target, (...result) => {
        if (socket instanceof Socket) connecting.delete(socket);
        callback(...result);
      });
      if (socket instanceof Socket) connecting.add(socket);
    },
    renew() {
      // Another one: it keeps sessions, in which the certificate of before would go on.
      connectTo = build();
    },
    close() {
      for (const socket of connecting) socket.destroy();
    },
  };
}
