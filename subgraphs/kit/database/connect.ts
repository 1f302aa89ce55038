/** A single connection for a piece of work outside of requests: migrations, provisioning, checks. */
import { Client } from 'pg';

/** Lends a connection for the time of `work`. */
export async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  // A server that goes away between two statements makes the next one fail, and that is reported.
  client.on('error', () => {});
  await client.connect().catch((cause: NodeJS.ErrnoException) => {
    // Of a host with two addresses the system's error has a code but no message.
    const why = cause.message === '' ? cause.code : cause.message;
    const { database, host, port } = client;
    throw new Error(`The database ${database} at ${host}:${port} cannot be opened: ${why}`, { cause });
  });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
