import { describe, expect, it } from '@jest/globals';
import type { SubgraphReply } from './execute/client/call.ts';
import { answered, createEngine } from './fixture/engine.ts';

const engine = createEngine({
  video: `type Query { titles(first: Int): [Title] title(id: ID!): Title }
    type Title @key(fields: "id") { id: ID! name: String }`,
  billing: `type Title @key(fields: "id") { id: ID! revenue: Int! rentals: [Rental!] }
    type Rental { n: Int }`,
});

const roots = 'query Q($n: Int) { titles(first: $n) { id name } other: title(id: "1") { id } }';
const entities = '{ titles { name revenue r: rentals { n } } }';
const titles = [
  { __typename: 'Title', id: '1', name: 'a' },
  { __typename: 'Title', id: '2', name: 'b' },
];

/** `billing` answers in place of itself; video is well. */
const ask = (billing: SubgraphReply, list: unknown = titles) =>
  engine.answer(entities, ({ subgraph }) =>
    subgraph === 'video' ? answered({ data: { titles: list } }) : billing,
  );

describe('a fetch', () => {
  it('sends the prepared text, its variables, and the token of its subgraph', async () => {
    const reply = answered({ data: { titles: null, other: null } });
    const { data, calls, ended } = await engine.answer(roots, () => reply, { variables: { n: 0 } });
    expect(calls).toMatchObject([
      {
        subgraph: 'video',
        url: 'http://video/graphql',
        headers: { 'txn-token': 'token for video', traceparent: '00-a-b-01', 'x-request-id': 'r1' },
      },
    ]);
    expect(JSON.parse(String(calls[0]?.body))).toEqual({
      query: 'query Q__video__0($n:Int){titles(first:$n){id name}other:title(id:1){id}}',
      variables: { n: 0 },
      operationName: 'Q__video__0',
    });
    expect(data).toEqual({ titles: null, other: null });
    expect(ended).toMatchObject([{ subgraph: 'video', outcome: 'answered', status: 200 }]);
  });

  it.each<[string, SubgraphReply, string]>([
    ['is down', { outcome: 'unavailable', status: undefined }, 'SUBGRAPH_UNAVAILABLE'],
    ['is draining', { outcome: 'malformed', status: 503 }, 'SUBGRAPH_UNAVAILABLE'],
    ['is slow', { outcome: 'timeout', status: undefined }, 'SUBGRAPH_TIMEOUT'],
    ['answers HTML', { outcome: 'malformed', status: 200 }, 'SUBGRAPH_ERROR'],
    ['refuses our token', answered({ errors: [{ message: 'who?' }] }, 401), 'SUBGRAPH_ERROR'],
    ['answers nothing', answered({}), 'SUBGRAPH_ERROR'],
    ['answers a list', answered([]), 'SUBGRAPH_ERROR'],
  ])('names each of its fields when the subgraph %s', async (_, reply, code) => {
    const { data, errors } = await engine.answer(roots, () => reply);
    expect(data).toEqual({ titles: null, other: null });
    expect(errors.map(({ path, extensions }) => [path, extensions.code, extensions.service])).toEqual([
      [['titles'], code, 'video'],
      [['other'], code, 'video'],
    ]);
    expect(JSON.stringify(errors)).not.toContain('who?');
  });

  it('names the fields of each entity that it would have added to', async () => {
    const { errors } = await ask({ outcome: 'unavailable', status: undefined });
    expect(errors.map(({ path }) => path)).toEqual([
      ['titles', 0, 'revenue'],
      ['titles', 0, 'r'],
      ['titles', 1, 'revenue'],
      ['titles', 1, 'r'],
    ]);
  });

  it('names a hundred of them at most', async () => {
    const many = Array.from({ length: 1_000 }, (_, id) => ({ ...titles[0], id }));
    expect((await ask({ outcome: 'timeout', status: undefined }, many)).errors).toHaveLength(100);
  });

  it.each<[string, unknown]>([
    ['too few entities', { _entities: [] }],
    ['no list of entities', { _entities: { 0: {} } }],
    ['no entities at all', { titles: [] }],
  ])('refuses %s, which would be merged into the wrong rows', async (_, data) => {
    const answer = await ask(answered({ data }));
    expect(answer.data).toEqual({ titles: [null, null] });
    expect(answer.errors[0]?.extensions.code).toBe('SUBGRAPH_ERROR');
  });

  it.each([
    ['a text', 'x'],
    ['a list', []],
    ['true', true],
  ])('takes %s for no entity, and says so where a null would be the truth', async (_, odd) => {
    const reply = answered({ data: { _entities: [{ r: [] }, odd] } });
    const { data, errors } = await engine.answer('{ titles { name r: rentals { n } } }', ({ subgraph }) =>
      subgraph === 'video' ? answered({ data: { titles } }) : reply,
    );
    const rows = [
      { name: 'a', r: [] },
      { name: 'b', r: null },
    ];
    expect(data).toEqual({ titles: rows });
    expect(errors.map(({ path }) => path)).toEqual([['titles', 1, 'r']]);
  });

  it('does not take the error of one item for that of another', async () => {
    const path = ['_entities', 0, 'r', 0, 'n'];
    const reply = { data: { _entities: [{ r: [{ n: null }] }, { r: 'odd' }] }, errors: told({ path }) };
    const { data, errors } = await engine.answer('{ titles { name r: rentals { n } } }', ({ subgraph }) =>
      answered(subgraph === 'video' ? { data: { titles } } : reply),
    );
    expect(data).toEqual({
      titles: [
        { name: 'a', r: [{ n: null }] },
        { name: 'b', r: null },
      ],
    });
    expect(errors.map((error) => error.path)).toEqual([
      ['titles', 0, 'r', 0, 'n'],
      ['titles', 1, 'r'],
    ]);
  });

  it('asks once for equal entities, and gives each of them the answer', async () => {
    const list = [titles[0], titles[1], titles[0], null];
    const entity = (revenue: number) => ({ revenue, r: [] });
    const { data, calls } = await ask(answered({ data: { _entities: [entity(1), entity(2)] } }), list);
    expect(JSON.parse(String(calls[1]?.body)).variables.representations).toEqual([
      { __typename: 'Title', id: '1' },
      { __typename: 'Title', id: '2' },
    ]);
    const row = (name: string, revenue: number) => ({ name, revenue, r: [] });
    expect(data).toEqual({ titles: [row('a', 1), row('b', 2), row('a', 1), null] });
  });

  it('passes on what a subgraph says to clients, and of all else only that it failed', async () => {
    const given = [
      {
        message: 'first must be at most 1000',
        path: ['titles'],
        extensions: { code: 'BAD_USER_INPUT', stack: 'x' },
      },
      { message: 'relation "secret" does not exist', path: ['titles'], extensions: { code: 'INTERNAL' } },
      { message: 'canceling statement', extensions: { code: 'REQUEST_TIMEOUT' } },
      'not even an object',
    ];
    const { errors } = await engine.answer(roots, () => answered({ data: null, errors: given }));
    expect(errors.map(({ extensions }) => extensions.code)).toEqual([
      'BAD_USER_INPUT',
      'SUBGRAPH_ERROR',
      'SUBGRAPH_TIMEOUT',
      'SUBGRAPH_ERROR',
    ]);
    expect(errors[0]?.message).toBe('first must be at most 1000');
    expect(JSON.stringify(errors)).not.toMatch(/secret|stack|canceling/);
  });

  describe('tells the operator', () => {
    const secret = { message: 'ann@example.org', path: ['titles'] };
    const withCode = (code: unknown) => ({ ...secret, extensions: { code, note: 'ann@example.org' } });
    const ours = withCode('BAD_USER_INPUT');

    it.each<[string, SubgraphReply, unknown]>([
      [
        'that its token is refused',
        answered({ errors: [withCode('NO_SUCH_AUDIENCE')] }, 401),
        { status: 401, reason: 'token refused', errors: 1, code: 'NO_SUCH_AUDIENCE' },
      ],
      [
        'that its token is refused without a word',
        { outcome: 'answered', status: 403, body: Buffer.from('no') },
        { status: 403, reason: 'token refused', errors: 0 },
      ],
      [
        'of a page in place of an answer',
        { outcome: 'answered', status: 500, body: Buffer.from('<html>ann@example.org') },
        { status: 500, reason: 'no GraphQL response', errors: 0 },
      ],
      ['of an answer without any content', answered({}), { reason: 'no GraphQL response', errors: 0 }],
      [
        'of errors, how many there are and the code of the first',
        answered({ data: null, errors: [ours, withCode('DB_DOWN'), secret] }),
        { status: 200, reason: 'errors', errors: 2, code: 'DB_DOWN' },
      ],
      [
        'nothing of a code that is none',
        answered({ data: null, errors: [withCode('ann@example.org')] }),
        { reason: 'errors', errors: 1, code: undefined },
      ],
      [
        'of values that are none of their type',
        answered({ data: { titles: 'ann@example.org', other: null } }),
        { reason: 'not what was asked for', errors: 0 },
      ],
    ])('%s', async (_, reply, fault) => {
      for (const splices of [true, false]) {
        const { faulted } = await engine.answer(roots, () => reply, { splices });
        expect(faulted).toEqual([expect.objectContaining({ subgraph: 'video', ...Object(fault) })]);
        expect(JSON.stringify(faulted)).not.toContain('ann@example.org');
      }
    });

    it('of entities other than those that were asked for', async () => {
      const { faulted } = await ask(answered({ data: { _entities: [] } }));
      expect(faulted).toMatchObject([{ subgraph: 'billing', reason: 'not what was asked for' }]);
    });

    it.each<[string, SubgraphReply]>([
      ['is well', answered({ data: { titles: [], other: null } })],
      ['only refuses an argument', answered({ data: { titles: null, other: null }, errors: [ours] })],
      ['is none, as its request has told already', { outcome: 'unavailable', status: undefined }],
    ])('nothing of an answer that %s', async (_, reply) => {
      for (const splices of [true, false])
        expect((await engine.answer(roots, () => reply, { splices })).faulted).toEqual([]);
    });
  });

  const told = (error: Record<string, unknown>) => [
    { message: 'm', extensions: { code: 'BAD_USER_INPUT' }, ...error },
  ];

  it.each<[string, unknown, unknown]>([
    ['of a field of the fetch', ['titles', 3, 'id'], ['titles', 3, 'id']],
    ['of another field', ['subscribers', 0], undefined],
    ['of no field at all', [0, 'titles'], undefined],
    ['that is no list', 'titles', undefined],
    ['with an odd index', ['titles', -0.5], undefined],
    ['of 100,000 steps', ['titles', ...Array(100_000).fill(0)], undefined],
  ])('takes a path %s for what it is', async (_, given, path) => {
    const { errors } = await engine.answer(roots, () =>
      answered({ data: null, errors: told({ path: given }) }),
    );
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors[0]?.path).toEqual(path);
  });

  it.each<[string, unknown, unknown]>([
    ['of an entity', ['_entities', 1], [['titles', 1]]],
    ["of an entity's field", ['_entities', 1, 'r', 1, 'n'], [['titles', 1, 'r', 1, 'n']]],
    ["of an entity's other field", ['_entities', 1, 'rentals'], [['titles', 1]]],
    [
      'of all entities',
      ['_entities'],
      [
        ['titles', 0],
        ['titles', 1],
      ],
    ],
    ['of one too many', ['_entities', 2], [undefined]],
  ])('takes a path %s to where the entity stands', async (_, given, paths) => {
    const entity = { revenue: 1, r: null };
    const reply = { data: { _entities: [entity, entity] }, errors: told({ path: given }) };
    const { errors } = await ask(answered(reply));
    expect(errors.map(({ path }) => path)).toEqual(paths);
  });

  it('passes on a line of text at most', async () => {
    const saying = async (message: string) =>
      (await engine.answer(roots, () => answered({ data: null, errors: told({ message }) }))).errors[0];
    expect((await saying('a\u001b[2J\r\nb\u202ec'))?.message).toBe('a [2J b c');
    expect((await saying('😀'.repeat(400)))?.message).toBe(`${'😀'.repeat(299)}…`);
  });

  it('passes on a hundred errors at most', async () => {
    const errors = Array(5_000).fill({ message: 'm', path: ['titles'], extensions: { code: 'NOT_FOUND' } });
    const answer = await engine.answer('{ titles { id } }', () => answered({ data: null, errors }));
    expect(answer.errors).toHaveLength(100);
  });
});

describe('names that the planner has, too', () => {
  const name = 'a';
  const both: SubgraphReply = answered({ data: { _entities: [{ revenue: 1 }] } });

  it('can be given to other fields by the client', async () => {
    const query = '{ titles { id: name __typename: name revenue } }';
    const list = [{ __typename: 'Title', id: '1', id_: name, __typename_: name }];
    const { data, calls, path } = await engine.answer(query, ({ subgraph }) =>
      subgraph === 'video' ? answered({ data: { titles: list } }) : both,
    );
    expect(data).toEqual({ titles: [{ id: name, __typename: name, revenue: 1 }] });
    expect(JSON.parse(String(calls[1]?.body)).variables).toEqual({
      representations: [{ __typename: 'Title', id: '1' }],
    });
    expect(path).toBe('bytes');
  });

  it('are in the paths of errors what the client calls them', async () => {
    const told = [{ message: 'm', path: ['titles', 0, 'id_'], extensions: { code: 'NOT_FOUND' } }];
    const reply = answered({ data: { titles: [{ id_: null }] }, errors: told });
    const { errors } = await engine.answer('{ titles { id: name } }', () => reply);
    expect(errors.map(({ path }) => path)).toEqual([['titles', 0, 'id']]);
  });

  it('can be given to variables', async () => {
    const query =
      'query Q($representations: Int, $client_x: Int) { titles(first: $representations) { id } more: titles(first: $client_x) { id } }';
    const { calls } = await engine.answer(query, () => answered({ data: { titles: [], more: [] } }), {
      variables: { representations: 3, client_x: 4 },
    });
    const { query: sent, variables } = JSON.parse(String(calls[0]?.body));
    expect(variables).toEqual({ client_representations: 3, client_client_x: 4 });
    expect(sent).toContain('titles(first:$client_representations)');
  });
});

describe('a request that was made of several', () => {
  const merged = createEngine({
    video: `type Query { titles: [Title] persons: [Person] }
      type Title @key(fields: "id") { id: ID! } type Person @key(fields: "id") { id: ID! }`,
    billing: `type Title @key(fields: "id") { id: ID! revenue: Int } type Person @key(fields: "id") { id: ID! debt: Int }`,
  });
  const roots = { titles: [{ __typename: 'Title', id: '1' }], persons: [{ __typename: 'Person', id: '2' }] };

  it('is sent in parts where one of them spoils it for all', async () => {
    const reply = (query: string, entity: string): SubgraphReply => {
      if (query.includes('debt'))
        return answered({ data: null, errors: [{ message: 'x', path: ['_entities'] }] });
      return answered({ data: { _entities: [{ [entity]: 7 }] } });
    };
    const { data, errors, calls } = await merged.answer(
      '{ titles { revenue } persons { debt } }',
      ({ subgraph }, { query }) =>
        subgraph === 'video' ? answered({ data: roots }) : reply(query, 'revenue'),
    );
    expect(data).toEqual({ titles: [{ revenue: 7 }], persons: [{ debt: null }] });
    expect(errors.map(({ path }) => path)).toEqual([['persons', 0]]);
    expect(calls.map(({ subgraph }) => subgraph)).toEqual(['video', 'billing', 'billing', 'billing']);
  });

  it('is sent in a few parts at most', async () => {
    const aliases = Array.from({ length: 40 }, (_, index) => `a${index}: titles { x${index}: revenue }`);
    const { calls, errors } = await merged.answer(`{ ${aliases.join(' ')} }`, ({ subgraph }) =>
      subgraph === 'video'
        ? answered({ data: Object.fromEntries(aliases.map((_, index) => [`a${index}`, roots.titles])) })
        : answered({ errors: [{ message: 'x', extensions: { code: 'BAD_USER_INPUT' } }] }),
    );
    expect(calls.length).toBeLessThanOrEqual(2 + 16);
    expect(errors.length).toBeGreaterThan(0);
  });

  it('asks with an empty list where one of them has nothing to ask for', async () => {
    const entities = { _e0: [{ revenue: 7 }], _e1: [] };
    const { data, calls } = await merged.answer('{ titles { revenue } persons { debt } }', ({ subgraph }) =>
      answered({ data: subgraph === 'video' ? { ...roots, persons: [] } : entities }),
    );
    expect(data).toEqual({ titles: [{ revenue: 7 }], persons: [] });
    expect(JSON.parse(String(calls[1]?.body)).variables).toMatchObject({ representations_1: [] });
  });
});

describe('the bytes of a reply', () => {
  const raw = (text: string): SubgraphReply => ({
    outcome: 'answered',
    status: 200,
    body: Buffer.from(text),
  });
  const first = (titles: string) =>
    engine.answer('{ titles { name revenue } }', ({ subgraph }) =>
      subgraph === 'video'
        ? raw(`{"data":{"titles":${titles}}}`)
        : raw('{"data":{"_entities":[{"revenue":1}]}}'),
    );

  it('are ASCII, and yet have keys that are not', async () => {
    const { calls, path, text } = await first(
      String.raw`[{"__typename":"Title","id":"\u00e9","name":"\u2028"}]`,
    );
    expect(path).toBe('bytes');
    expect(calls[1]?.body).toContain('"id":"é"');
    expect(text).toBe('{"titles":[{"name":"\u2028","revenue":1}]}');
  });

  it.each([true, false])('are masked where there is a value (spliced: %s)', async (splices) => {
    const titles = '[{"name":"\\u0041","id":"1"},{"name":null,"id":"2"},{"name":"c","id":"3"}]';
    const { text, path } = await engine.answer(
      '{ titles { name id } }',
      () => raw(`{"data":{"titles":${titles}}}`),
      {
        splices,
        decision: { masks: new Map([['Title.name', () => '…']]) },
      },
    );
    expect(text).toBe('{"titles":[{"name":"…","id":"1"},{"name":null,"id":"2"},{"name":"…","id":"3"}]}');
    expect(path).toBe(splices ? 'bytes' : 'tree');
  });

  it('make an answer of any size, and then a small one', async () => {
    const many = Array.from({ length: 40_000 }, (_, id) => ({
      __typename: 'Title',
      id: `${id % 7}`,
      name: 'é'.repeat(id % 60),
    }));
    const long = { name: 'n'.repeat(5_000) };
    for (const list of [
      many,
      titles,
      [
        { ...titles[0], ...long },
        { ...titles[1], ...long },
      ],
    ]) {
      const answering = ({ subgraph }: { subgraph: string }, { variables }: { variables: unknown }) => {
        if (subgraph === 'video') return answered({ data: { titles: list } });
        const { representations } = variables as { representations: readonly { readonly id: string }[] };
        return answered({
          data: {
            _entities: representations.map(({ id }) => ({ revenue: Number(id), r: [{ n: 1 }, { n: null }] })),
          },
        });
      };
      const [bytes, tree] = await Promise.all(
        [true, false].map((splices) => engine.answer(entities, answering, { splices })),
      );
      expect([bytes?.path, tree?.path]).toEqual(['bytes', 'tree']);
      expect(bytes?.text === tree?.text).toBe(true);
      expect(bytes?.data).toMatchObject({ titles: list.map(({ id }) => ({ revenue: Number(id) })) });
    }
  });

  it.each(['\f', '\v', '\u00a0', '0'])(
    'end with what may stand behind JSON, and not with %j',
    async (end) => {
      const answer = (text: string) => engine.answer('{ titles { id } }', () => raw(text));
      const body = '{"data":{"titles":[{"id":"1"}]}}';
      expect(await answer(`${body} \t\r\n`)).toMatchObject({
        path: 'bytes',
        data: { titles: [{ id: '1' }] },
      });
      expect(await answer(body + end)).toMatchObject({ path: 'fallback', data: { titles: null } });
    },
  );

  it('hold a number that JSON cannot say', async () => {
    const { text, errors } = await engine.answer('{ titles { revenue } }', ({ subgraph }) =>
      raw(
        subgraph === 'video'
          ? '{"data":{"titles":[{"__typename":"Title","id":"1"}]}}'
          : '{"data":{"_entities":[{"revenue":1e400}]}}',
      ),
    );
    expect([text, errors[0]?.path]).toEqual(['{"titles":[null]}', ['titles', 0, 'revenue']]);
  });
});

describe('a subgraph that means harm', () => {
  const graph = createEngine({
    a: `scalar JSON type Query { titles: [Title] title: Title }
      type Title @key(fields: "id") { id: ID! meta: JSON tags: [[String]] }`,
    b: 'type Title @key(fields: "id") { id: ID! stars: Int }',
  });
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  const raw = (title: string): SubgraphReply => ({
    outcome: 'answered',
    status: 200,
    body: Buffer.from(`{"data":{"title":{"__typename":"Title",${title}}}}`),
  });

  it.each<[string, unknown, readonly number[]]>([
    ['meta', null, []],
    ['tags', [[null]], [0, 0]],
  ])('nests values deeper than can be walked: %s', async (name, value, indexes) => {
    const { data, errors } = await graph.answer(`{ title { id ${name} } }`, () =>
      raw(`"id":"1","${name}":${deep(50_000)}`),
    );
    expect(data).toEqual({ title: { id: '1', [name]: value } });
    expect(errors).toMatchObject([
      { path: ['title', name, ...indexes], extensions: { code: 'SUBGRAPH_ERROR', service: 'a' } },
    ]);
  });

  it('has a key that nests deeper than can be walked', async () => {
    const { data, calls } = await graph.answer('{ title { stars } }', () => raw(`"id":${deep(50_000)}`));
    expect(data).toEqual({ title: { stars: null } });
    expect(calls).toHaveLength(1);
  });

  it('has as many errors as entities, and does not hold up everybody else by them', async () => {
    const titles = Array.from({ length: 20_000 }, (_, id) => ({ __typename: 'Title', id: String(id) }));
    const error = { message: 'x', path: ['_entities'] };
    const started = performance.now();
    const { errors } = await graph.answer('{ titles { id stars } }', ({ subgraph }) =>
      subgraph === 'a'
        ? answered({ data: { titles } })
        : answered({ data: { _entities: titles.map(() => ({ stars: 1 })) }, errors: Array(100).fill(error) }),
    );
    expect(errors).toHaveLength(100);
    expect(errors.at(-1)?.path).toEqual(['titles', 99]);
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});

it('an error does not tell how many hidden objects stand before it', async () => {
  const graph = createEngine({
    a: `type Query { all: [Node] } interface Node { id: ID! }
      type Hidden implements Node { id: ID! } type Title implements Node @key(fields: "id") { id: ID! name: String! }`,
    b: 'type Title @key(fields: "id") { id: ID! stars: Int }',
  });
  const errorsBehind = async (count: number) => {
    const hidden = Array.from({ length: count }, () => ({ __typename: 'Hidden', id: 'h' }));
    const all = [...hidden, { __typename: 'Title', id: '1', name: null }];
    const answer = await graph.answer(
      '{ all { id ... on Title { name stars } } }',
      ({ subgraph }) =>
        subgraph === 'a'
          ? answered({ data: { all }, errors: hidden.map((_, index) => ({ path: ['all', index, 'id'] })) })
          : answered({ errors: [{ message: 'x' }], data: { _entities: null } }),
      { decision: { hidden: new Set(['Hidden']) } },
    );
    return answer.errors.filter(({ path }) => path?.join() !== 'all,id');
  };
  expect(await errorsBehind(3)).toEqual(await errorsBehind(0));
});

describe('rows that name each other', () => {
  const graph = createEngine({
    shop: `type Query { shelf: Shelf }
      type Shelf @key(fields: "id") { id: ID! goods: [Good!]! }
      type Good @key(fields: "id") { id: ID! }`,
    stock: `type Good @key(fields: "id") { id: ID! shelf: Shelf! }
      type Shelf @key(fields: "id") { id: ID! }`,
  });
  const goods = Array.from({ length: 60 }, (_, id) => ({ __typename: 'Good', id: `${id}` }));
  const answering = ({ subgraph }: { subgraph: string }, body: { query: string; variables: unknown }) => {
    const { representations } = body.variables as { representations?: readonly object[] };
    if (representations === undefined) return answered({ data: { shelf: { goods } } });
    const shelf = body.query.includes('__typename') ? { __typename: 'Shelf', id: '1' } : { id: '1' };
    const entity = subgraph === 'shop' ? { goods } : { shelf };
    return answered({ data: { _entities: representations.map(() => entity) } });
  };
  const levels = (count: number): string => (count === 0 ? 'id' : `goods { shelf { ${levels(count - 1)} } }`);
  const asked = (count: number, splices: boolean) =>
    graph.answer(`{ shelf { ${levels(count)} } }`, answering, { splices });

  it.each([true, false])('make no larger answer than is allowed (spliced: %s)', async (splices) => {
    const { path, text, calls } = await asked(2, splices);
    expect([path, text.length > 50_000, calls.length]).toEqual([splices ? 'bytes' : 'tree', true, 4]);
    const refused = { errors: [{ extensions: { code: 'COST_LIMIT' } }] };
    await expect(asked(4, splices)).rejects.toMatchObject(refused);
    await expect(asked(8, splices)).rejects.toMatchObject(refused);
  });
});

describe('many places of one entity', () => {
  const count = 600;
  const graph = createEngine({
    shop: 'type Query { items(n: Int): [Item] } type Item @key(fields: "id") { id: ID! }',
    stock: 'type Item @key(fields: "id") { id: ID! name: String }',
  });
  const names = Array.from({ length: count }, (_, n) => `a${n}`);
  const query = `{ ${names.map((name, n) => `${name}: items(n: ${n}) { name }`).join(' ')} }`;
  const items = (n: number) =>
    Array.from({ length: 10 }, (_, at) => ({ __typename: 'Item', id: `${n} ${at}` }));

  it('are found in time that is in proportion to them', async () => {
    const answering = ({ subgraph }: { subgraph: string }, { variables }: { variables: unknown }) => {
      if (subgraph === 'shop')
        return answered({ data: Object.fromEntries(names.map((name, n) => [name, items(n)])) });
      const entries = Object.entries(variables as Record<string, readonly { readonly id: string }[]>);
      return answered({
        data: Object.fromEntries(
          entries.map(([name, all]) => [
            name.replace('representations', '_e').replace(/^_e$/, '_entities').replace('_e_', '_e'),
            all.map(({ id }) => ({ name: id })),
          ]),
        ),
      });
    };
    const timed = async (splices: boolean) => {
      const started = performance.now();
      const { path, text } = await graph.answer(query, answering, { splices });
      return { path, text, took: performance.now() - started };
    };
    await graph.programOf(query);
    const [tree, bytes] = [await timed(false), await timed(true)];
    expect([bytes.path, bytes.text === tree.text]).toEqual(['bytes', true]);
    // It took forty times as long.
    expect(bytes.took).toBeLessThan(10 * tree.took);
  }, 60_000);
});

describe('an interface of many types', () => {
  const types = Array.from({ length: 300 }, (_, n) => `T${n}`);
  const graph = createEngine({
    zoo: `type Query { all(n: Int): [Any!]! } interface Any { a: Int }
      ${types.map((name) => `type ${name} implements Any { a: Int }`).join(' ')}`,
  });
  const places = Array.from({ length: 20 }, (_, n) => `p${n}`);
  const query = `{ ${places.map((name, n) => `${name}: all(n: ${n}) { __typename a }`).join(' ')} }`;
  const rows = types.map((__typename, a) => ({ __typename, a }));
  const data = Object.fromEntries(places.map((name) => [name, rows]));

  it.each([true, false])('is answered beyond what is kept of its types (spliced: %s)', async (splices) => {
    // Twice: what was compiled for a type is kept, until there is no more room for it.
    for (let time = 0; time < 2; time += 1) {
      const answer = await graph.answer(query, () => answered({ data }), { splices });
      expect(answer.errors).toEqual([]);
      expect(answer.text === JSON.stringify(data)).toBe(true);
      expect(answer.path).toBe(splices ? 'fallback' : 'tree');
    }
  });
});
