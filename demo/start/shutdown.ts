/** The order in which things end: the reverse of the order in which they began. */

export interface Shutdown {
  /** Remembers how to stop what has just been started. */
  add(name: string, stop: () => Promise<void>): void;
  /** Stops everything; later calls wait for the first. Never rejects: what fails to stop is reported. */
  run(): Promise<void>;
  /** Whether it has begun. */
  readonly begun: boolean;
}

export function createShutdown(report: (text: string) => void): Shutdown {
  const stops: { readonly name: string; readonly stop: () => Promise<void> }[] = [];
  let ended: Promise<void> | undefined;

  async function stopAll(): Promise<void> {
    for (let next = stops.pop(); next !== undefined; next = stops.pop()) {
      const { name, stop } = next;
      await stop().catch((error: unknown) => report(`${name} did not stop cleanly: ${String(error)}`));
    }
  }

  return {
    add(name, stop) {
      stops.push({ name, stop });
      // What comes up while everything goes down, because its start was under way, goes down too.
      if (ended !== undefined) ended = ended.then(stopAll);
    },
    run() {
      ended ??= stopAll();
      return ended;
    },
    get begun() {
      return ended !== undefined;
    },
  };
}

/**
 * Resolves with the reason to stop: a signal, or the end of the npm that started us (a killed npm tells nobody,
 * but our parent changes).
 */
export function untilToldToStop(environment: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
    if (environment['npm_lifecycle_event'] === undefined) return;
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) resolve('npm is gone');
    }, 500).unref();
  });
}
