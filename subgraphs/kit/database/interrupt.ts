/** Ends a statement that runs: asks the server, and leaves the connection if the server does not answer. */
import { connect } from 'node:net';
import type { PoolClient } from 'pg';

/**
 * When to ask, in ms after the first time: a request that arrives between two statements of a pipeline is
 * ignored by the server (it cancels what runs, and nothing did).
 */
const ATTEMPTS_MS = [0, 50, 200, 500, 1000, 2000];
const GIVE_UP_MS = 4000;

/** CancelRequest of the protocol (PostgreSQL, "Message Formats"): length, code, process id, secret. */
const CANCEL_REQUEST = 80_877_102;

/** Keeps interrupting until the returned function is called. The connection must not be used again. */
export function interrupt(client: PoolClient): () => void {
  const timers = ATTEMPTS_MS.map((delay) => setTimeout(() => requestCancel(client), delay));
  timers.push(setTimeout(() => client.connection.stream.destroy(), GIVE_UP_MS));
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}

/**
 * Sends the request on a connection of its own, which is how the protocol has it and what PgBouncer passes
 * on; `pg_cancel_backend` would name a process that a pooler may have given to somebody else. It carries no
 * credentials but the key, and servers take it without TLS before they ask for it (libpq did so until 17).
 */
function requestCancel(client: PoolClient): void {
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(CANCEL_REQUEST, 4);
  message.writeInt32BE(processID, 8);
  message.writeInt32BE(secretKey, 12);
  const socket = client.host.startsWith('/')
    ? connect(`${client.host}/.s.PGSQL.${client.port}`)
    : connect(client.port, client.host);
  // The next attempt, or giving up the connection, takes care of a request that is lost.
  socket.on('error', () => {});
  socket.setTimeout(GIVE_UP_MS, () => socket.destroy());
  socket.end(message);
}
