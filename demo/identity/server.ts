/** Runs the identity provider on a port. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createProvider } from './provider.ts';
import { personaClients, signingKey } from './state.ts';

export interface IdentityProviderOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly stateFolder: string;
  readonly host?: string;
  /** The `iss` of its tokens; by default its address. */
  readonly issuer?: string;
}

export interface RunningIdentityProvider {
  readonly issuer: string;
  close(): Promise<void>;
}

export async function startIdentityProvider(
  options: IdentityProviderOptions,
): Promise<RunningIdentityProvider> {
  const { port, stateFolder, host = '127.0.0.1' } = options;
  const server = createServer();
  const address = `http://127.0.0.1:${await listen(server, port, host)}`;
  const issuer = options.issuer ?? address;
  const provider = prepare(stateFolder, issuer, `${address}/token`);
  // Who asks before the provider is prepared waits for it.
  server.on('request', (request, response) => {
    if (request.url === '/healthz')
      response.setHeader('content-type', 'application/json').end('{"status":"ok"}');
    else void provider.then((answer) => answer(request, response));
  });
  await provider;
  return {
    issuer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

async function prepare(stateFolder: string, issuer: string, tokenEndpoint: string) {
  const key = await signingKey(stateFolder);
  const clients = await personaClients(stateFolder, tokenEndpoint);
  return createProvider({ issuer, key, clients }).callback();
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      const message = `Port ${port} is taken by another program. Stop it, or set IDENTITY_PORT to a free one.`;
      reject(isTaken ? new Error(message, { cause: error }) : error);
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
