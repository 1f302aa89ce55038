/** Asks, and keeps count of what is not answered as it should be. */
import type { OpenGateway } from './gateway.ts';

export class Asking {
  requests = 0;
  failed = 0;
  /** What became of the first that failed. */
  readonly failures: string[] = [];
  readonly #gateway: Pick<OpenGateway, 'ask'>;
  readonly #expected: string;

  constructor(gateway: Pick<OpenGateway, 'ask'>, expected: string) {
    this.#gateway = gateway;
    this.#expected = expected;
  }

  async ask(token: string): Promise<void> {
    this.requests += 1;
    try {
      const { status, text } = await this.#gateway.ask(token);
      if (status !== 200 || text !== this.#expected) this.fail(`${status} ${text}`);
    } catch (error) {
      this.fail(`no answer: ${error}`);
    }
  }

  fail(what: string): void {
    this.failed += 1;
    if (this.failures.length < 10) this.failures.push(what);
  }
}
