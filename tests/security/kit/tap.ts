/** Stands between clients and a gateway, and keeps every byte that the gateway sends: of headers, bodies and frames. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Tap {
  /** In place of the gateway's. */
  readonly url: string;
  /** What has been sent since the last time, connection by connection. */
  taken(): string;
  close(): Promise<void>;
}

export async function openTap(url: string): Promise<Tap> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const kept = new Map<Socket, Buffer[]>();
  const server = createServer((client) => {
    const gateway = connect(Number(port), hostname);
    const bytes: Buffer[] = [];
    kept.set(gateway, bytes);
    gateway.on('data', (piece: Buffer) => bytes.push(piece));
    client.pipe(gateway).pipe(client);
    for (const [one, other] of [
      [client, gateway],
      [gateway, client],
    ] as const) {
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
    taken() {
      const texts = [...kept.values()].map((bytes) => Buffer.concat(bytes.splice(0)).toString('latin1'));
      return texts.join('\n');
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
