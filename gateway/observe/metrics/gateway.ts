/** Counts what the gateway serves by, and says whether it is held up. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Observers } from '../observers.ts';

type Told = Pick<Observers, 'snapshotSwapped' | 'snapshotRefused' | 'snapshotMended' | 'auditFailed'>;

export function gatewayMetrics(registers: Registry[]): Told {
  const swapped = new Counter({
    name: 'portcullis_snapshots_swapped_total',
    help: 'Snapshots that began to serve, the first one included.',
    registers,
  });
  const refused = new Counter({
    name: 'portcullis_snapshots_refused_total',
    help: 'Sources that do not compose, or break a rule: what served goes on.',
    registers,
  });
  const isRefused = new Gauge({
    name: 'portcullis_snapshot_refused',
    help: '1 while the newest source is not what serves.',
    registers,
  });
  const auditFailed = new Gauge({
    name: 'portcullis_audit_failed',
    help: '1 when the audit trail cannot be written: nothing is answered until the gateway is restarted.',
    registers,
  });
  return {
    snapshotSwapped() {
      swapped.inc();
    },
    snapshotRefused() {
      refused.inc();
      isRefused.set(1);
    },
    snapshotMended() {
      isRefused.set(0);
    },
    auditFailed() {
      auditFailed.set(1);
    },
  };
}
