import { describe, expect, it } from '@jest/globals';
import type { SubgraphCall, SubgraphReply } from './client/call.ts';
import { type Fetch, type FetchEnded, runFetch } from './fetch.ts';

const context = { id: 'r1', traceparent: '00-a-b-01', signal: new AbortController().signal };
const root: Fetch = {
  subgraph: 'video',
  url: 'http://video/graphql',
  repeatable: true,
  query: 'query Q__video__0($n:Int){titles(first:$n){nodes{id}} other:title(id:1){id}}',
  operationName: 'Q__video__0',
  variables: { n: 0 },
};
const entities: Fetch = {
  ...root,
  query:
    'query($representations:[_Any!]!){_entities(representations:$representations){...on Title{__typename revenue r:rentals{n}}}}',
  operationName: undefined,
  variables: { representations: [{ __typename: 'Title', id: '1' }] },
};

/** Answers as a subgraph would, with what came over the wire recorded. */
async function run(fetch: Fetch, reply: SubgraphReply) {
  const calls: SubgraphCall[] = [];
  const events: FetchEnded[] = [];
  const result = await runFetch(fetch, {
    client: {
      send: async (call) => {
        calls.push(call);
        return reply;
      },
    },
    context,
    token: async (subgraph) => `token for ${subgraph}`,
    ended: (event) => events.push(event),
  });
  return { result, calls, events };
}

const text = (body: string, status = 200): SubgraphReply => ({
  outcome: 'answered',
  status,
  body: Buffer.from(body),
  contentType: 'application/json',
});
const answered = (body: unknown, status = 200) => text(JSON.stringify(body), status);

describe('a fetch', () => {
  it('sends the prepared text, its variables, and the token of its subgraph', async () => {
    const { result, calls, events } = await run(root, answered({ data: { titles: null } }));
    expect(calls).toMatchObject([
      {
        subgraph: 'video',
        url: root.url,
        repeatable: true,
        headers: { 'txn-token': 'token for video', traceparent: '00-a-b-01', 'x-request-id': 'r1' },
      },
    ]);
    expect(JSON.parse(String(calls[0]?.body))).toEqual({
      query: root.query,
      variables: { n: 0 },
      operationName: 'Q__video__0',
    });
    expect(result).toEqual({ data: { titles: null }, errors: [] });
    expect(events).toMatchObject([{ subgraph: 'video', outcome: 'answered', status: 200 }]);
  });

  it.each<[string, SubgraphReply, string]>([
    ['is down', { outcome: 'unavailable', status: undefined }, 'SUBGRAPH_UNAVAILABLE'],
    ['is not asked at all', { outcome: 'refused', status: undefined }, 'SUBGRAPH_UNAVAILABLE'],
    ['is draining', text('busy', 503), 'SUBGRAPH_UNAVAILABLE'],
    ['is slow', { outcome: 'timeout', status: undefined }, 'SUBGRAPH_TIMEOUT'],
    ['is cut off', { outcome: 'malformed', status: 200 }, 'SUBGRAPH_ERROR'],
    ['answers HTML', text('<p>'), 'SUBGRAPH_ERROR'],
    ['refuses our token', answered({ errors: [{ message: 'who?' }] }, 401), 'SUBGRAPH_ERROR'],
    ['answers nothing', answered({}), 'SUBGRAPH_ERROR'],
    ['answers a list', answered([]), 'SUBGRAPH_ERROR'],
  ])('names each of its fields when the subgraph %s', async (_, reply, code) => {
    const { result } = await run(root, reply);
    expect(result.data).toBeNull();
    expect(
      result.errors.map(({ path, extensions }) => [path, extensions?.['code'], extensions?.['service']]),
    ).toEqual([
      [['titles'], code, 'video'],
      [['other'], code, 'video'],
    ]);
    expect(JSON.stringify(result)).not.toContain('who?');
  });

  it('names the fields that it adds to entities', async () => {
    const { result } = await run(entities, { outcome: 'unavailable', status: undefined });
    expect(result.errors.map(({ path }) => path)).toEqual([['revenue'], ['r']]);
  });

  it.each<[string, unknown]>([
    ['too few entities', { _entities: [] }],
    ['no list of entities', { _entities: { 0: {} } }],
    ['no entities at all', { titles: [] }],
  ])('refuses %s, which would be merged into the wrong rows', async (_, data) => {
    const { result } = await run(entities, answered({ data }));
    expect(result.data).toBeNull();
    expect(result.errors[0]?.extensions?.['code']).toBe('SUBGRAPH_ERROR');
  });

  it('passes on what a subgraph says to clients, and of all else only that it failed', async () => {
    const errors = [
      {
        message: 'first must be at most 1000',
        path: ['titles'],
        extensions: { code: 'BAD_USER_INPUT', stack: 'x' },
      },
      { message: 'relation "secret" does not exist', path: ['titles'], extensions: { code: 'INTERNAL' } },
      { message: 'canceling statement', extensions: { code: 'REQUEST_TIMEOUT' } },
      'not even an object',
    ];
    const { result } = await run(root, answered({ data: null, errors }));
    expect(result.errors.map(({ extensions }) => extensions?.['code'])).toEqual([
      'BAD_USER_INPUT',
      'SUBGRAPH_ERROR',
      'SUBGRAPH_TIMEOUT',
      'SUBGRAPH_ERROR',
    ]);
    expect(result.errors[0]?.message).toBe('first must be at most 1000');
    expect(JSON.stringify(result)).not.toMatch(/secret|stack|canceling/);
  });

  const toldOf = async (fetch: Fetch, error: Record<string, unknown>) => {
    const errors = [{ message: 'm', extensions: { code: 'BAD_USER_INPUT' }, ...error }];
    const data = fetch === root ? null : { _entities: [null] };
    return (await run(fetch, answered({ data, errors }))).result.errors[0];
  };

  it.each<[string, Fetch, unknown, unknown]>([
    ['of a field of the fetch', root, ['titles', 'nodes', 3, 'id'], ['titles', 'nodes', 3, 'id']],
    ['of another field', root, ['subscribers', 0], []],
    ['of no field at all', root, [0, 'titles'], []],
    ['that is no list', root, 'titles', []],
    ['with an odd index', root, ['titles', -0.5], []],
    ['of 100,000 steps', root, ['titles', ...Array(100_000).fill(0)], []],
    ['of an entity', entities, ['_entities', 0], ['_entities', 0]],
    ["of an entity's field", entities, ['_entities', 0, 'r', 1, 'n'], ['_entities', 0, 'r', 1, 'n']],
    ["of an entity's other field", entities, ['_entities', 0, 'rentals'], []],
  ])('takes a path %s for what it is', async (_, fetch, given, path) => {
    expect(await toldOf(fetch, { path: given })).toMatchObject({
      path,
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  it('passes on a line of text at most', async () => {
    expect((await toldOf(root, { message: 'a\u001b[2J\r\nb\u202ec' }))?.message).toBe('a [2J b c');
    expect((await toldOf(root, { message: '😀'.repeat(400) }))?.message).toBe(`${'😀'.repeat(299)}…`);
  });

  it('passes on a hundred errors at most', async () => {
    const errors = Array(5_000).fill({ message: 'm', path: ['titles'], extensions: { code: 'NOT_FOUND' } });
    expect((await run(root, answered({ data: null, errors }))).result.errors).toHaveLength(100);
  });
});
