/** What operators, load balancers and subgraphs ask of the gateway. */
import type { FastifyInstance } from 'fastify';
import type { Door } from './door.ts';

export function serveProbes(app: FastifyInstance, door: Door): void {
  app.get('/healthz', (_, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));

  app.get('/readyz', (_, reply) => {
    const { ready, generation, policies, refused, subgraphs, withheld, refusedFiles } = door.ready();
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({
        status: ready ? 'ready' : 'not ready',
        generation,
        policies,
        // Why is for the log: it names files of this machine and quotes what is in them.
        refused: refused === undefined ? undefined : true,
        subgraphs,
        withheld: withheld.length === 0 ? undefined : withheld,
        refusedFiles: refusedFiles.length === 0 ? undefined : refusedFiles,
      });
  });

  // Short enough for a change of keys, long enough that subgraphs do not ask for each token.
  app.get('/.well-known/jwks.json', (_, reply) =>
    reply
      .header('content-type', 'application/jwk-set+json')
      .header('cache-control', 'public, max-age=60')
      .send(JSON.stringify(door.jwks())),
  );
}
