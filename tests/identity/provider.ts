/** A real OpenID provider: its signing keys are exchanged while it serves, and it can be stopped and started on its port. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAnswer, newStore, type ProviderOptions } from './provider-configuration.ts';
import type { SigningKey } from './signing-keys.ts';

export type SigningKeys = readonly [SigningKey, ...SigningKey[]];

export interface RunningProvider {
  readonly issuer: string;
  /** How often its keys were asked for. */
  readonly keyRequests: number;
  /** Signs with the first one from now on, and publishes these and no others. */
  use(...keys: SigningKeys): void;
  /** Answers like this where its keys are asked for; undefined: as it should. */
  instead: RequestListener | undefined;
  /** Nobody listens, and who was connected is cut off. */
  stop(): Promise<void>;
  /** Again on the same port. */
  start(): Promise<void>;
}

export async function startProvider(
  options: ProviderOptions & { readonly keys: SigningKeys },
): Promise<RunningProvider> {
  const provider = new ProviderOnPort(options.keys, options);
  await provider.start();
  return provider;
}

class ProviderOnPort implements RunningProvider {
  instead: RequestListener | undefined;
  keyRequests = 0;
  readonly #options: ProviderOptions;
  readonly #store = newStore();
  #keys: SigningKeys;
  #answer: RequestListener | undefined;
  #server: Server | undefined;
  #port = 0;

  constructor(keys: SigningKeys, options: ProviderOptions) {
    this.#keys = keys;
    this.#options = options;
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  use(...keys: SigningKeys): void {
    this.#keys = keys;
    this.#answer = createAnswer({ issuer: this.issuer, keys, store: this.#store }, this.#options);
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
