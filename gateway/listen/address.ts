/** Where a server listens, as it stands in a URL. */
import type { FastifyInstance } from 'fastify';

export function addressOf({ server }: FastifyInstance): string {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new TypeError('a TCP server has an address and a port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `${host}:${address.port}`;
}
