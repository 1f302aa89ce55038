/** Clients that ask without a pause, each with a token that it renews all the time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Asking } from './asking.ts';
import type { Tokens } from './client.ts';

export interface RenewingOptions {
  readonly asking: Asking;
  readonly tokens: Tokens;
  readonly clients: number;
  /** Requests with one token. */
  readonly each: number;
}

interface Client {
  renewals: number;
}

export class RenewingClients {
  readonly #options: RenewingOptions;
  readonly #clients: readonly Client[];
  readonly #running: Promise<unknown>;
  #isOver = false;

  constructor(options: RenewingOptions) {
    this.#options = options;
    this.#clients = Array.from({ length: options.clients }, () => ({ renewals: 0 }));
    this.#running = Promise.all(this.#clients.map((client) => this.#run(client)));
  }

  /** Resolves when each client has a token that it asked for later than this, or something has failed. */
  async renewed(): Promise<void> {
    // What it asks for at this moment may be signed already.
    const wanted = this.#clients.map(({ renewals }) => renewals + 2);
    const isRenewed = () => this.#clients.every(({ renewals }, at) => renewals >= (wanted[at] ?? 0));
    while (!isRenewed() && this.#options.asking.failed === 0) await sleep(5);
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #run(client: Client): Promise<void> {
    const { asking, tokens, each } = this.#options;
    while (!this.#isOver) {
      try {
        const token = await tokens();
        client.renewals += 1;
        for (let n = 0; n < each; n += 1) await asking.ask(token);
      } catch (error) {
        asking.fail(`no token: ${error}`);
      }
    }
  }
}
