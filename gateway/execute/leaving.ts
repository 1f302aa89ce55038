/** Connections with former certificates: nothing new is sent on them, and what is under way ends by itself. */
import type { Dispatcher } from 'undici';

export class Leaving {
  readonly #pools = new Set<Dispatcher>();

  add(pool: Dispatcher): void {
    this.#pools.add(pool);
    void pool.close().then(
      () => this.#pools.delete(pool),
      // It was destroyed meanwhile.
      () => {},
    );
  }

  /** Nobody waits any more. */
  async destroy(): Promise<void> {
    await Promise.all([...this.#pools].map((pool) => pool.destroy()));
  }
}
