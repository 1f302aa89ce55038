/** A real OpenID provider: its signing keys are exchanged while it serves, and it can be stopped and started on its port. */
import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MemoryStore } from '@portcullis/demo/identity/memory';
import { Provider } from 'oidc-provider/lib/provider.js';
import type { SigningKey } from './signing-keys.ts';

/** RFC 8707: what a client asks a token for, and the `aud` that comes of it. */
export const gatewayResource = 'https://data.example/graphql';
export const otherResource = 'https://ledger.example/api';

export interface ProviderClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
}

export interface ProviderOptions {
  readonly clients: readonly ProviderClient[];
  /** The first one signs; all are published. */
  readonly keys: readonly [SigningKey, ...SigningKey[]];
  /** What stands in the tokens of a client beside the usual. */
  readonly claims?: (clientId: string) => Readonly<Record<string, unknown>>;
}

export interface RunningProvider {
  readonly issuer: string;
  /** How often its keys were asked for. */
  readonly keyRequests: number;
  /** Signs with the first one from now on, and publishes these and no others. */
  use(...keys: ProviderOptions['keys']): void;
  /** Answers like this where its keys are asked for; undefined: as it should. */
  instead: RequestListener | undefined;
  /** Nobody listens, and who was connected is cut off. */
  stop(): Promise<void>;
  /** Again on the same port. */
  start(): Promise<void>;
}

export async function startProvider(options: ProviderOptions): Promise<RunningProvider> {
  const provider = new ProviderOnPort(options);
  await provider.start();
  return provider;
}

const tokenSeconds = 3600;

class ProviderOnPort implements RunningProvider {
  instead: RequestListener | undefined;
  keyRequests = 0;
  readonly #options: ProviderOptions;
  #keys: ProviderOptions['keys'];
  #answer: RequestListener | undefined;
  #server: Server | undefined;
  #port = 0;

  constructor(options: ProviderOptions) {
    this.#options = options;
    this.#keys = options.keys;
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  use(...keys: ProviderOptions['keys']): void {
    this.#keys = keys;
    this.#answer = createProvider(this.issuer, keys, this.#options);
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => this.#serve(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.use(...this.#keys);
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  #serve(...[request, response]: Parameters<RequestListener>): void {
    const isForKeys = request.url === '/jwks';
    if (isForKeys) this.keyRequests += 1;
    const answer = isForKeys && this.instead !== undefined ? this.instead : this.#answer;
    answer?.(request, response);
  }
}

function createProvider(
  issuer: string,
  [signing, ...others]: ProviderOptions['keys'],
  { clients, claims }: ProviderOptions,
): RequestListener {
  const scopes = [...new Set(clients.flatMap((client) => client.scopes))].join(' ');
  const provider = new Provider(issuer, {
    adapter: MemoryStore,
    jwks: { keys: [signing, ...others] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    scopes: scopes.split(' '),
    clients: clients.map(registered),
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    ttl: { ClientCredentials: tokenSeconds },
    extraTokenClaims: (_: unknown, { clientId }: { readonly clientId: string }) => claims?.(clientId),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: scopes,
          accessTokenFormat: 'jwt',
          accessTokenTTL: tokenSeconds,
          jwt: { sign: { alg: 'ES256', kid: signing.kid } },
        }),
      },
    },
  });
  const answer = provider.callback();
  return (request, response) => void answer(request, response);
}

function registered({ clientId, clientSecret, scopes }: ProviderClient) {
  return {
    client_id: clientId,
    client_secret: clientSecret,
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_basic',
    response_types: [],
    redirect_uris: [],
    scope: scopes.join(' '),
  };
}
