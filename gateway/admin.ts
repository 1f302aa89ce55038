/** What operators look at: counts from the first moment on, and a listener that outlives the one of the clients. */
import { isLoopback } from './config/loopback.ts';
import type { AdminConfig } from './config.ts';
import { listenToOperators } from './listen/admin-server.ts';
import type { Readiness } from './listen/door.ts';
import type { RunningServer } from './listen/server.ts';
import { createMetrics } from './observe/metrics/metrics.ts';
import type { Observers } from './observe/observers.ts';

export interface Admin {
  readonly observers: Partial<Observers>;
  /** Before clients are: a fault of this listener's keeps them from being answered and cut off. */
  listen(ready: () => Readiness, observers: Pick<Observers, 'lifecycle'>): Promise<RunningServer>;
  /** Clients are answered from now on, or no longer: probes see it. */
  tell(isServing: boolean): void;
}

export function createAdmin(config: AdminConfig, issuers: readonly string[]): Admin {
  const metrics = createMetrics(issuers);
  let isServing = false;
  return {
    observers: metrics.observers,
    async listen(ready, { lifecycle }) {
      const now = () => {
        const readiness = ready();
        return { ...readiness, ready: isServing && readiness.ready };
      };
      const server = await listenToOperators({ ready: now, metrics }, config);
      lifecycle({ level: 'info', message: `probes and metrics are at ${server.url}` });
      if (!isLoopback(config.host)) lifecycle({ level: 'warn', message: reachable(config) });
      return server;
    },
    tell(now) {
      isServing = now;
    },
  };
}

function reachable({ host }: AdminConfig): string {
  return `probes and metrics are for everybody who can reach ${host}: keep others away there, or set admin.host to 127.0.0.1`;
}
