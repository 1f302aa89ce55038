/**
 * The listener that counts, for Prometheus. No label ever has a name from outside (of an operation, a caller, a client, an address or
 * a field): labels have words of closed lists, and names of the configuration. So the number of series has a bound, and none tells of anybody.
 */
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Observers } from '../observers.ts';
import { callerMetrics } from './callers.ts';
import { gatewayMetrics } from './gateway.ts';
import { requestMetrics } from './requests.ts';
import { subgraphMetrics } from './subgraphs.ts';

export interface Metrics {
  readonly observers: Partial<Observers>;
  readonly contentType: string;
  /** Of this moment, in the text format of Prometheus. */
  text(): Promise<string>;
}

/** @param issuers those of the configuration */
export function createMetrics(issuers: readonly string[]): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    observers: {
      ...requestMetrics(registers),
      ...subgraphMetrics(registers),
      ...callerMetrics(registers, issuers),
      ...gatewayMetrics(registers),
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
