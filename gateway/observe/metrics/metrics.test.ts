/** What events come to as series; what requests over HTTP come to is in gateway/admin.test.ts. */
import { expect, test } from '@jest/globals';
import { createContext } from '../../receive/context.ts';
import { unobserved } from '../observers.ts';
import { together } from '../together.ts';
import { createMetrics } from './metrics.ts';

const issuer = 'https://login.example.com';

async function linesOf(metrics: ReturnType<typeof createMetrics>): Promise<readonly string[]> {
  return (await metrics.text()).split('\n').filter((line) => /^portcullis_/.test(line));
}

test('of several codes, the one with the highest status is the outcome', async () => {
  const metrics = createMetrics([]);
  const { signal } = new AbortController();
  const context = createContext({ headers: {}, signal });
  const ended = {
    context,
    status: 200,
    durationMs: 3,
    generation: 'g',
    operationName: 'Canary',
    clientId: 'bi',
  };
  for (const codes of [
    ['FORBIDDEN', 'SUBGRAPH_ERROR', 'BAD_USER_INPUT'],
    ['BAD_USER_INPUT', 'FORBIDDEN'],
    ['BAD_USER_INPUT', 'COST_LIMIT'],
    [],
  ] as const)
    metrics.observers.requestEnded?.({ ...ended, operationType: 'mutation', codes });
  const lines = await linesOf(metrics);
  expect(lines.filter((line) => line.startsWith('portcullis_requests_total'))).toEqual([
    'portcullis_requests_total{operation="mutation",outcome="SUBGRAPH_ERROR"} 1',
    'portcullis_requests_total{operation="mutation",outcome="FORBIDDEN"} 1',
    'portcullis_requests_total{operation="mutation",outcome="BAD_USER_INPUT"} 1',
    'portcullis_requests_total{operation="mutation",outcome="ok"} 1',
  ]);
  expect(lines).toContain('portcullis_request_duration_seconds_bucket{le="0.0025",operation="mutation"} 0');
  expect(lines).toContain('portcullis_request_duration_seconds_bucket{le="0.005",operation="mutation"} 4');
  expect(lines).toContain('portcullis_request_duration_seconds_sum{operation="mutation"} 0.012');
});

test('faults of what the gateway depends on are counted, and the reasons left to the log', async () => {
  const metrics = createMetrics([issuer]);
  const { observers } = metrics;
  observers.keysUnavailable?.({ issuer, reason: 'canary' });
  observers.loginRefused?.({ reason: 'canary', cause: undefined });
  observers.auditFailed?.({ reason: 'canary' });
  observers.callerThrottled?.({ by: 'principal', isFirst: true });
  observers.subgraphBreakerChanged?.({ subgraph: 'music', state: 'half-open' });
  observers.subgraphBreakerChanged?.({ subgraph: 'video', state: 'open' });
  observers.subgraphBreakerChanged?.({ subgraph: 'video', state: 'closed' });
  const lines = await linesOf(metrics);
  expect(lines).toEqual(
    expect.arrayContaining([
      `portcullis_keys_unavailable_total{issuer="${issuer}"} 1`,
      `portcullis_keys_fetched_total{issuer="${issuer}"} 0`,
      'portcullis_login_refused_total 1',
      'portcullis_audit_failed 1',
      'portcullis_callers_throttled_total{by="principal"} 1',
      'portcullis_subgraph_breaker_open{subgraph="music"} 1',
      'portcullis_subgraph_breaker_open{subgraph="video"} 0',
    ]),
  );
  expect(lines.join('\n')).not.toContain('canary');
});

test('who listens beside somebody takes nothing from them', () => {
  const told: string[] = [];
  const log = { ...unobserved, auditFailed: () => told.push('log'), closed: () => told.push('closed') };
  const both = together(log, { auditFailed: () => told.push('metrics') });
  both.auditFailed({ reason: 'a full disk' });
  both.closed();
  expect(told).toEqual(['log', 'metrics', 'closed']);
});
