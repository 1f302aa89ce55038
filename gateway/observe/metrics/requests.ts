/** Counts what clients ask, and what came of it. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { type ErrorCode, errorCodes } from '../../errors.ts';
import type { Observers } from '../observers.ts';
import { seconds } from './seconds.ts';

type Told = Pick<Observers, 'requestEnded' | 'streamOpened' | 'streamEnded'>;

export function requestMetrics(registers: Registry[]): Told {
  const requests = new Counter({
    name: 'portcullis_requests_total',
    help: 'Requests that have ended, by kind of operation (unknown: refused before it was read, or the schema as a text) and outcome: ok, or of the codes in the answer the one with the highest status.',
    labelNames: ['operation', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'portcullis_request_duration_seconds',
    help: 'From the request to the end of its answer, by kind of operation; subscriptions are left out.',
    labelNames: ['operation'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const open = new Gauge({
    name: 'portcullis_streams_open',
    help: 'Subscriptions, and answers in parts, that have not ended.',
    registers,
  });
  const results = new Counter({
    name: 'portcullis_stream_results_total',
    help: 'Results of streams; those of a stream are added when it ends.',
    registers,
  });
  return {
    requestEnded({ operationType: operation = 'unknown', codes, durationMs }) {
      requests.inc({ operation, outcome: outcomeOf(codes) });
      // How long somebody listened says nothing about the gateway.
      if (operation !== 'subscription') durations.observe({ operation }, seconds(durationMs));
    },
    streamOpened() {
      open.inc();
    },
    streamEnded(event) {
      open.dec();
      results.inc(event.results);
    },
  };
}

/** So that an outage is not hidden behind a refused field. */
function outcomeOf(codes: readonly ErrorCode[]): ErrorCode | 'ok' {
  let outcome: ErrorCode | undefined;
  for (const code of codes)
    if (outcome === undefined || errorCodes[code] > errorCodes[outcome]) outcome = code;
  return outcome ?? 'ok';
}
