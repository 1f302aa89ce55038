/** The HTTP server: Fastify for sockets, routes and draining. It decides nothing about a GraphQL request. */
import type { RequestListener } from 'node:http';
import { type FastifyInstance, fastify } from 'fastify';
import { forwardedNames } from '../config/forwarded-names.ts';
import type { GatewayConfig } from '../config.ts';
import { addressOf } from './address.ts';
import { createCors } from './cors.ts';
import type { Door } from './door.ts';
import { prepareDrain } from './drain.ts';
import { listenError, refuseAddress, refuseUnreadable, serveErrors } from './errors.ts';
import { serveExplorer } from './explorer-routes.ts';
import { serveGraphql } from './graphql-route.ts';
import { sendSecurityHeaders } from './headers.ts';
import { serveLogin } from './login/login-routes.ts';
import { refuseForeignHost } from './loopback-only.ts';
import { servePersonas } from './persona-routes.ts';
import { serveProbes, servePublicKeys } from './probe-routes.ts';
import { Incoming } from './socket/incoming.ts';
import { serveSockets } from './socket/serve.ts';
import { OpenStreams } from './streams.ts';
import { createTlsServer } from './tls.ts';

export interface RunningServer {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** Takes no new requests, ends streams, lets requests underway end, at the latest at their deadline. */
  close(): Promise<void>;
}

/** @throws ListenError if the port is taken or not ours to take */
export async function listen(door: Door, config: GatewayConfig): Promise<RunningServer> {
  const app: FastifyInstance = fastify({
    // Otherwise Fastify writes lines of its own; the observers have said all that may be said.
    logger: false,
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseUnreadable,
    ...transportOf(door, config),
    forceCloseConnections: 'idle',
    // A header or a body that drips in has to arrive within the time that a request may take.
    requestTimeout: config.limits.requestTimeoutMs,
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true },
  });
  // Node would drop what is beyond 2,000 in silence, such as what a proxy adds at the end; their bytes are bounded.
  app.server.maxHeadersCount = 0;
  const drain = prepareDrain(app);
  const open = new OpenStreams();
  sendSecurityHeaders(app);
  serveErrors(app, 'GraphQL is at /graphql.');
  if (config.open) app.addHook('onRequest', refuseForeignHost);
  const { limits, streams } = config;
  const forwarded = forwardedNames(config);
  const cors = createCors(config.cors);
  serveGraphql(app, door, { limits, streams, open, forwarded, cors });
  serveSockets(app, door, { config, open, forwarded, cors });
  // With a listener for operators, what is served and what is wrong with it is theirs alone.
  serveProbes(app, door.ready, { isDetailed: config.admin === undefined });
  servePublicKeys(app, door.jwks);
  if (config.explorer.enabled) {
    await serveExplorer(app, { hasLogin: door.login !== undefined });
    servePersonas(app, config.explorer.personas);
    if (door.login !== undefined) serveLogin(app, door.login);
  }
  try {
    await app.listen({ host: config.listen.host, port: config.listen.port, listenTextResolver: () => '' });
  } catch (error) {
    // Nothing but flags makes a gateway open, nothing but a file another one.
    const port = config.open ? '--port' : 'listen.port in its configuration';
    throw listenError(error, config.listen, { host: 'listen.host', port });
  }
  return {
    url: `${door.tls === undefined ? 'http' : 'https'}://${addressOf(app)}`,
    close() {
      open.stop();
      return drain(config.limits.requestTimeoutMs);
    },
  };
}

function transportOf({ tls }: Door, { listen: { tls: settings }, limits }: GatewayConfig) {
  if (tls === undefined) return { http: { IncomingMessage: Incoming } };
  const options = {
    tls,
    clientCertificates: settings?.clientCertificates ?? 'none',
    requestTimeoutMs: limits.requestTimeoutMs,
    incoming: Incoming,
  };
  return { serverFactory: (answer: RequestListener) => createTlsServer(options, answer) };
}
