/** `/graphql`: hands every request, whatever its method or type, through the one door. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { HttpResponse } from '../request.ts';
import { readBody } from './body.ts';
import type { Door } from './door.ts';
import { startLifetime } from './lifetime.ts';

interface GraphqlLimits {
  readonly bodyBytes: number;
  readonly requestTimeoutMs: number;
}

export function serveGraphql(app: FastifyInstance, door: Door, limits: GraphqlLimits): void {
  app.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/graphql',
    // In the first hook, before Fastify reads the body by its own rules and answers in its own words.
    onRequest: async (request, reply) => {
      const { status, headers, body } = await answer(request.raw, reply.raw, door, limits);
      return reply.code(status).headers(headers).send(body);
    },
    handler: () => {
      throw new Error('the hook before has answered');
    },
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  door: Door,
  limits: GraphqlLimits,
): Promise<HttpResponse> {
  const lifetime = startLifetime(response, limits.requestTimeoutMs);
  try {
    const body = await readBody(request, limits.bodyBytes);
    const { method = '', url = '' } = request;
    return await door.handle({ method, url, headers: headersOf(request), body, signal: lifetime.signal });
  } finally {
    lifetime.end();
  }
}

/** Node drops all but the first of several `authorization` headers; two tokens have to be seen to be refused. */
function headersOf({ headers, headersDistinct }: IncomingMessage): IncomingHttpHeaders {
  const { authorization } = headersDistinct;
  return authorization === undefined ? headers : { ...headers, authorization: authorization.join(', ') };
}
