/** The listener for operators: probes with details, and metrics. Nothing of the graph is there. */
import { type FastifyInstance, fastify } from 'fastify';
import { isLoopback } from '../config/loopback.ts';
import type { AdminConfig } from '../config.ts';
import { addressOf } from './address.ts';
import type { Readiness } from './door.ts';
import { prepareDrain } from './drain.ts';
import { listenError, refuseAddress, refuseUnreadable, serveErrors } from './errors.ts';
import { sendSecurityHeaders } from './headers.ts';
import { refuseForeignHost } from './loopback-only.ts';
import { serveProbes } from './probe-routes.ts';
import type { RunningServer } from './server.ts';

export interface AdminDoor {
  ready(): Readiness;
  readonly metrics: {
    readonly contentType: string;
    /** Of this moment. */
    text(): Promise<string>;
  };
}

/** Milliseconds for a request to arrive, and for its answer once the listener closes. */
const requestMs = 10_000;

/** @throws ListenError if the port is taken or not ours to take */
export async function listenToOperators(door: AdminDoor, admin: AdminConfig): Promise<RunningServer> {
  const app: FastifyInstance = fastify({
    logger: false,
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseUnreadable,
    forceCloseConnections: 'idle',
    requestTimeout: requestMs,
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true },
  });
  const drain = prepareDrain(app);
  sendSecurityHeaders(app);
  serveErrors(app, 'Probes are at /healthz and /readyz, metrics at /metrics.');
  if (isLoopback(admin.host)) app.addHook('onRequest', refuseForeignHost);
  serveProbes(app, door.ready, { isDetailed: true });
  serveMetrics(app, door.metrics);
  try {
    await app.listen({ host: admin.host, port: admin.port, listenTextResolver: () => '' });
  } catch (error) {
    const port = 'admin.port in its configuration';
    throw listenError(error, admin, { host: 'admin.host', port });
  }
  return { url: `http://${addressOf(app)}`, close: () => drain(requestMs) };
}

function serveMetrics(app: FastifyInstance, { contentType, text }: AdminDoor['metrics']): void {
  app.get('/metrics', async (_, reply) =>
    reply
      .header('content-type', contentType)
      .header('cache-control', 'no-store')
      .send(await text()),
  );
}
