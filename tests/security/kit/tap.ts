/** Stands between a server and those who ask it, and keeps every byte that goes either way: of headers, bodies and frames. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Tap {
  /** In place of the server's. */
  readonly url: string;
  /** What the server has sent since the last time, connection by connection. */
  taken(): string;
  /** What it was sent. */
  heard(): string;
  close(): Promise<void>;
}

export async function openTap(url: string): Promise<Tap> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const [answers, questions] = [new Map<Socket, Buffer[]>(), new Map<Socket, Buffer[]>()];
  const server = createServer((client) => {
    const asked = connect(Number(port), hostname);
    client.pipe(asked).pipe(client);
    for (const [one, other, kept] of [
      [client, asked, questions],
      [asked, client, answers],
    ] as const) {
      const bytes: Buffer[] = [];
      kept.set(one, bytes);
      one.on('data', (piece: Buffer) => bytes.push(piece));
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken: () => taken(answers),
    heard: () => taken(questions),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function taken(kept: ReadonlyMap<Socket, Buffer[]>): string {
  return [...kept.values()].map((bytes) => Buffer.concat(bytes.splice(0)).toString('latin1')).join('\n');
}
