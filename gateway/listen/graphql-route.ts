/** `/graphql` and the schema as a text: every request, whatever its method or type, goes through the one door. */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { HttpResponse, WholeResponse } from '../request.ts';
import { readBody } from './body.ts';
import type { Cors } from './cors.ts';
import type { Door } from './door.ts';
import { type Lifetime, startLifetime } from './lifetime.ts';
import { headersOf } from './request-headers.ts';
import type { OpenStreams } from './streams.ts';
import { certificateOf } from './tls.ts';
import { writeAnswer } from './write-answer.ts';
import { type StreamPace, writeStream } from './write-stream.ts';

export interface GraphqlOptions {
  readonly limits: { readonly bodyBytes: number; readonly requestTimeoutMs: number };
  readonly streams: StreamPace & { readonly lifetimeMs: number };
  readonly open: OpenStreams;
  /** Headers that may be sent on. */
  readonly forwarded: readonly string[];
  readonly cors: Cors;
}

export function serveGraphql(app: FastifyInstance, door: Door, options: GraphqlOptions): void {
  serveAt('/graphql', app, door.handle, options);
  serveAt('/v1/schema.graphql', app, door.schema, options);
}

type Handle = Door['handle'];

function serveAt(url: string, app: FastifyInstance, handle: Handle, options: GraphqlOptions): void {
  const { limits, streams, open, forwarded, cors } = options;
  app.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url,
    // In the first hook, before Fastify reads the body by its own rules and answers in its own words.
    onRequest: async (request, reply) => {
      if (cors.answerPreflight(request.raw, reply.raw)) return reply.hijack();
      const lifetime = startLifetime(reply.raw, limits.requestTimeoutMs);
      const place = open.add(lifetime);
      try {
        const answer = await answerTo(request.raw, handle, {
          lifetime,
          bodyBytes: limits.bodyBytes,
          forwarded,
        });
        // Written here: Fastify would look at it, and ask its hooks, once more.
        reply.hijack();
        const headers = cors.addTo(answer.headers, request.raw.headers.origin);
        if (isWhole(answer)) {
          writeAnswer(reply.raw, { ...answer, headers });
        } else {
          lifetime.extend(streams.lifetimeMs);
          await writeStream(reply.raw, { ...answer, headers }, streams);
        }
        return reply;
      } finally {
        open.delete(place);
        lifetime.end();
      }
    },
    handler: () => {
      throw new Error('the hook before has answered');
    },
  });
}

interface Reading {
  readonly lifetime: Lifetime;
  readonly bodyBytes: number;
  readonly forwarded: readonly string[];
}

async function answerTo(
  request: IncomingMessage,
  handle: Handle,
  { lifetime, bodyBytes, forwarded }: Reading,
): Promise<HttpResponse> {
  const body = await readBody(request, bodyBytes);
  const { method = '', url = '' } = request;
  const { remoteAddress: address } = request.socket;
  const headers = headersOf(request, forwarded);
  const certificate = certificateOf(request.socket);
  return handle({ method, url, headers, address, certificate, body, signal: lifetime.signal });
}

function isWhole(answer: HttpResponse): answer is WholeResponse {
  return typeof answer.body === 'string' || Buffer.isBuffer(answer.body);
}
