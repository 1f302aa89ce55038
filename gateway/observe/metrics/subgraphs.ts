/** Counts what subgraphs are asked, by their names in the supergraph. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Observers } from '../observers.ts';
import { seconds } from './seconds.ts';

type Told = Pick<Observers, 'subgraphRequestEnded' | 'subgraphAnswerFaulted' | 'subgraphBreakerChanged'>;

export function subgraphMetrics(registers: Registry[]): Told {
  const requests = new Counter({
    name: 'portcullis_subgraph_requests_total',
    help: 'Requests to a subgraph by outcome; equal ones of one caller that were sent once count each.',
    labelNames: ['subgraph', 'outcome'],
    registers,
  });
  const faults = new Counter({
    name: 'portcullis_subgraph_faults_total',
    help: 'Answers of a subgraph for which fields are null, by the reason that the log has too.',
    labelNames: ['subgraph', 'reason'],
    registers,
  });
  const durations = new Histogram({
    name: 'portcullis_subgraph_request_duration_seconds',
    help: 'Until its answer was read, or until the gateway gave up; waiting and retries included. Refused and cancelled ones are left out.',
    labelNames: ['subgraph'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers,
  });
  const breakers = new Gauge({
    name: 'portcullis_subgraph_breaker_open',
    help: '1 while a subgraph fails and is sent nothing, or a few requests to try it.',
    labelNames: ['subgraph'],
    registers,
  });
  return {
    subgraphRequestEnded({ subgraph, outcome, durationMs }) {
      requests.inc({ subgraph, outcome });
      const isTimed = outcome !== 'refused' && outcome !== 'cancelled';
      if (isTimed) durations.observe({ subgraph }, seconds(durationMs));
    },
    subgraphAnswerFaulted({ subgraph, reason }) {
      faults.inc({ subgraph, reason });
    },
    subgraphBreakerChanged({ subgraph, state }) {
      breakers.set({ subgraph }, state === 'closed' ? 0 : 1);
    },
  };
}
