import { describe, expect, test } from '@jest/globals';
import { InternalError } from '../errors.ts';
import { createLog } from './log.ts';
import type { Observers } from './observers.ts';

const signal = new AbortController().signal;
const fresh = () => ({
  id: 'r-1',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  signal,
  counts: { subgraphRequests: 0, rows: 0 },
});
const context = fresh();

/** The lines that a listener writes while it is told something. */
function linesOf(tell: (log: Observers) => void, level = 'trace'): readonly Record<string, unknown>[] {
  const written: string[] = [];
  tell(createLog(level, { write: (line: string) => written.push(line) }));
  return written.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const ended = {
  context,
  status: 200,
  durationMs: 12.3456,
  operationName: 'Plays',
  operationType: 'query',
  clientId: 'analyst',
  generation: 'abc',
  codes: [],
} as const;

test('a request is one line with its ids, its costs and its codes', () => {
  const own = fresh();
  const answered = { subgraph: 'music', durationMs: 3, outcome: 'answered', status: 200 } as const;
  const lines = linesOf((log) => {
    log.subgraphRequestEnded({ ...answered, context: own });
    log.subgraphRequestEnded({ ...answered, context: own });
    own.counts.rows += 3;
    log.requestEnded({ ...ended, context: own, codes: ['SUBGRAPH_TIMEOUT'] });
  }, 'info');
  expect(lines).toEqual([
    {
      level: 30,
      time: expect.any(String),
      service: 'portcullis-gateway',
      requestId: 'r-1',
      traceparent: context.traceparent,
      status: 200,
      durationMs: 12.3,
      operation: 'Plays',
      type: 'query',
      client: 'analyst',
      generation: 'abc',
      subgraphRequests: 2,
      rows: 3,
      codes: ['SUBGRAPH_TIMEOUT'],
      msg: 'request',
    },
  ]);
});

test('a new snapshot says what was planned for it ahead', () => {
  const warmUp = { planned: 7, passedOver: 1, failed: 0, left: 2, durationMs: 12.3456 };
  const [line] = linesOf((log) =>
    log.snapshotSwapped({ generation: 'b', policies: 'p', previous: 'a', durationMs: 300, warmUp }),
  );
  expect(line).toMatchObject({
    generation: 'b',
    policies: 'p',
    durationMs: 300,
    warmUp: { ...warmUp, durationMs: 12.3 },
  });
});

test('a subgraph in trouble is named, with what there is to know of it', () => {
  const request = { context, subgraph: 'music', durationMs: 3 } as const;
  const fault = { context, subgraph: 'music', status: 200, reason: 'errors', errors: 3, code: 'DB' } as const;
  const lines = linesOf((log) => {
    const unavailable = { outcome: 'unavailable', status: undefined, code: 'ECONNREFUSED' } as const;
    log.subgraphRequestEnded({ ...request, ...unavailable });
    log.subgraphAnswerFaulted(fault);
    log.subgraphAnswerFaulted({ ...fault, reason: 'no GraphQL response', errors: 0, code: undefined });
  }, 'info');
  const known = { level: 40, requestId: 'r-1', subgraph: 'music' };
  expect(lines).toMatchObject([
    { ...known, outcome: 'unavailable', code: 'ECONNREFUSED' },
    { ...known, outcome: 'answered', status: 200, reason: 'errors', errors: 3, code: 'DB' },
    { ...known, outcome: 'answered', status: 200, reason: 'no GraphQL response' },
  ]);
  expect(Object.keys(lines[2] ?? {})).not.toContain('errors');
});

test('a sign-in that failed says why, and nothing that the provider or a browser said', () => {
  const cause = Object.assign(new TypeError('canary'), { code: 'ECONNREFUSED' });
  const lines = linesOf((log) => {
    log.loginRefused({ reason: 'the provider does not answer', cause });
    log.loginRefused({ reason: 'the browser has no cookie of a sign-in', cause: undefined });
  });
  expect(lines).toMatchObject([
    {
      level: 40,
      msg: 'nobody was signed in to the explorer',
      reason: 'the provider does not answer',
      fault: { name: 'TypeError', code: 'ECONNREFUSED' },
    },
    { level: 40, reason: 'the browser has no cookie of a sign-in' },
  ]);
  expect(JSON.stringify(lines)).not.toContain('canary');
  expect(Object.keys(lines[1] ?? {})).not.toContain('fault');
});

test('how an answer was made is for who looks closely', () => {
  const say = (level: string) => linesOf((log) => log.requestExecuted({ context, path: 'fallback' }), level);
  expect(say('debug')).toMatchObject([{ level: 20, requestId: 'r-1', path: 'fallback', msg: 'executed' }]);
  expect(say('info')).toEqual([]);
});

test('what is told once a minute is told at the end, too', () => {
  const lines = linesOf((log) => {
    log.requestExecuted({ context, path: 'bytes' });
    log.accessMeasured({ kind: 'bi', differences: { refused: ['A.a'], masked: [] } });
    log.closed();
  }, 'info');
  expect(lines).toMatchObject([
    { bytes: 1, msg: 'how answers were made' },
    {
      differences: [{ coordinate: 'A.a', kind: 'bi', outcome: 'refused', requests: 1 }],
      msg: 'what the measured rules would have changed',
    },
  ]);
});

test('a request of its own counts its own subgraph requests', () => {
  const [line] = linesOf((log) => {
    log.subgraphRequestEnded({ context, subgraph: 'a', durationMs: 1, outcome: 'answered', status: 200 });
    log.requestEnded({ ...ended, context: fresh() });
  }, 'info');
  expect(line).toMatchObject({ subgraphRequests: 0 });
});

test('what went wrong is an error or a warning, what went well is not', () => {
  const levels = linesOf((log) => {
    log.requestEnded(ended);
    log.requestEnded({ ...ended, status: 500 });
    log.tokenRefused({
      context,
      reason: 'the token has expired',
      kind: 'expired',
      issuer: 'https://one.example',
    });
    log.keysFetched({
      issuer: 'https://one.example',
      from: 'https://one.example/jwks',
      count: 2,
      isNew: true,
    });
    log.keysFetched({
      issuer: 'https://one.example',
      from: 'https://one.example/jwks',
      count: 2,
      isNew: false,
    });
    log.keysUnavailable({ issuer: 'https://one.example', reason: 'down' });
    log.serviceTokensRead({ file: 'tokens.json', principals: 1, tokens: 2 });
    log.serviceTokensRefused({ reason: 'the file is not valid JSON' });
    log.serviceTokenUsesUnwritten({ reason: 'tokens.json.used.json cannot be written (EACCES)' });
    log.subgraphRequestEnded({
      context,
      subgraph: 'a',
      durationMs: 1,
      outcome: 'timeout',
      status: undefined,
    });
    log.subgraphAnswerFaulted({
      context,
      subgraph: 'a',
      status: 401,
      reason: 'token refused',
      errors: 0,
      code: undefined,
    });
    log.subgraphRequestRepeated({
      subgraph: 'a',
      retry: 1,
      delayMs: 40,
      outcome: 'unavailable',
      status: undefined,
    });
    log.subgraphBreakerChanged({ subgraph: 'a', state: 'open' });
    log.subgraphBreakerChanged({ subgraph: 'a', state: 'half-open' });
    log.subgraphBreakerChanged({ subgraph: 'a', state: 'closed' });
    log.snapshotSwapped({ generation: 'b', policies: 'p', previous: 'a', durationMs: 1, warmUp: undefined });
    log.snapshotRefused({ message: 'music/schema.graphql:3 …', serving: 'b' });
    log.snapshotMended({ serving: 'b' });
    log.lifecycle({ level: 'warn', message: 'OPEN' });
  }).map(({ level, msg }) => [level, msg]);
  expect(levels).toEqual([
    [30, 'request'],
    [50, 'request'],
    [40, 'token refused'],
    [30, 'keys of an issuer were fetched'],
    [20, 'keys of an issuer were fetched'],
    [50, 'keys of an issuer are unavailable'],
    [30, 'service tokens were read'],
    [50, 'changed service tokens were refused: those of before are in force'],
    [40, 'the last use of service tokens cannot be written'],
    [40, 'subgraph request'],
    [40, 'a subgraph answered with a fault'],
    [30, 'a subgraph request is sent again'],
    [50, 'a subgraph fails: nothing is sent to it for now'],
    [30, 'a subgraph is tried again'],
    [30, 'a subgraph works again'],
    [30, 'a new snapshot serves'],
    [50, 'a new snapshot was refused'],
    [30, 'what was refused is mended'],
    [40, 'OPEN'],
  ]);
});

describe('a fault', () => {
  const canary = 'ann@example.org';

  function faultOf(error: unknown): unknown {
    const [line] = linesOf((log) => log.requestFaulted({ context, error }));
    expect(JSON.stringify(line)).not.toContain(canary);
    return line?.['fault'];
  }

  test('of ours is logged with its text, its places and the names of its causes', () => {
    const cause = Object.assign(new TypeError(`fetch failed for ${canary}`), { code: 'ECONNRESET' });
    expect(faultOf(new InternalError('the plan names an unknown subgraph', { cause }))).toMatchObject({
      name: 'InternalError',
      message: 'the plan names an unknown subgraph',
      at: expect.arrayContaining([expect.stringContaining('log.test.ts')]),
      cause: { name: 'TypeError', code: 'ECONNRESET' },
    });
  });

  test('of others is logged without its text, which quotes what it stumbled over', () => {
    expect(faultOf(new SyntaxError(`Unexpected token in ${canary}`))).toEqual({
      name: 'SyntaxError',
      at: expect.any(Array),
    });
  });

  test('whose text imitates places is logged without them', () => {
    expect(faultOf(new Error(`x\n    at ${canary}\n    at ${canary}`))).toMatchObject({ name: 'Error' });
  });

  test('that is no error, or its own cause, is logged all the same', () => {
    expect(faultOf(canary)).toEqual({ name: 'string' });
    const circular: Error & { cause?: unknown } = new Error(canary);
    circular.cause = circular;
    expect(faultOf(circular)).toMatchObject({ cause: { cause: { cause: { cause: { name: 'Error' } } } } });
  });
});
