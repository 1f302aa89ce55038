/** What operators, load balancers and subgraphs ask of the gateway. */
import type { FastifyInstance } from 'fastify';
import type { Door, Readiness } from './door.ts';

interface ProbeOptions {
  /** Whether whoever asks learns what is served, and what is wrong with it. */
  readonly isDetailed: boolean;
}

export function serveProbes(
  app: FastifyInstance,
  readiness: () => Readiness,
  { isDetailed }: ProbeOptions,
): void {
  app.get('/healthz', (_, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));

  app.get('/readyz', (_, reply) => {
    const now = readiness();
    return reply
      .code(now.ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: now.ready ? 'ready' : 'not ready', ...(isDetailed && detailsOf(now)) });
  });
}

function detailsOf({ generation, policies, refused, subgraphs, withheld, refusedFiles }: Readiness) {
  return {
    generation,
    policies,
    // Why is for the log: it names files of this machine and quotes what is in them.
    refused: refused === undefined ? undefined : true,
    subgraphs,
    withheld: withheld.length === 0 ? undefined : withheld,
    refusedFiles: refusedFiles.length === 0 ? undefined : refusedFiles,
  };
}

export function servePublicKeys(app: FastifyInstance, jwks: Door['jwks']): void {
  // Short enough for a change of keys, long enough that subgraphs do not ask for each token.
  app.get('/.well-known/jwks.json', (_, reply) =>
    reply
      .header('content-type', 'application/jwk-set+json')
      .header('cache-control', 'public, max-age=60')
      .send(JSON.stringify(jwks())),
  );
}
