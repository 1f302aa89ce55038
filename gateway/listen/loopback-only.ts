/**
 * Keeps foreign pages away from what is meant for this machine alone: a page can point a host name of its own at
 * 127.0.0.1 (DNS rebinding) and is then of the same origin. It cannot change the name in the `host` header.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback } from '../config/loopback.ts';
import { errorBody } from './errors.ts';

export async function refuseForeignHost({ hostname }: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if (isLoopback(hostname)) return undefined;
  return reply
    .code(421)
    .send(errorBody('FORBIDDEN', 'This answers only to localhost and loopback addresses.'));
}

/**
 * A form of another site can POST without being asked first. It could not read the answer, but should not be able to
 * have tokens made either. What is no browser sends neither header.
 */
export async function refuseForeignPage(
  { headers, host, protocol }: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { origin, 'sec-fetch-site': site = 'none' } = headers;
  const isOurs = origin === undefined || origin === `${protocol}://${host}`;
  if (isOurs && (site === 'same-origin' || site === 'none')) return undefined;
  return reply.code(403).send(errorBody('FORBIDDEN', 'This answers only to the pages of this gateway.'));
}
