/** What refusals, masks and errors tell: nothing of what is hidden. Group G of the catalogue of attacks. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { human, inParts, instead, openWatched, rows, type Watched } from './kit/people.ts';
import { until } from './kit/until.ts';

let watched: Watched;
beforeAll(async () => {
  watched = await openWatched();
});
beforeEach(() => watched.house.forget());
afterEach(() => watched.scan());
afterAll(() => watched.house.close());

const ask = async (query: string, more = human) => (await watched.ask(query, more)).body;

it('G01 a denied field that may not be null makes its object null, the same for every hidden value', async () => {
  const texts = [];
  for (const notes of ['', 'x', 'a long one', null]) {
    const me = { __typename: 'Person', ...rows[0], notes };
    texts.push(await instead(watched.people, { data: { me } }, () => watched.ask('{ me { name notes } }')));
  }
  expect(new Set(texts.map(({ text }) => text)).size).toBe(1);
  expect(texts[0]?.body).toMatchObject({ data: { me: null }, errors: [{ path: ['me', 'notes'] }] });
  expect((await ask('{ echo(text: "beside") me { notes } }')).data).toEqual({ echo: 'beside', me: null });
  expect(watched.house.asked()).not.toContain('notes');
});

it('G02 bubbling inside of lists is the same for all items', async () => {
  const { data, errors } = await ask('{ loose { id notes } }');
  expect(data).toEqual({ loose: [null, null] });
  expect(new Set(errors.map(({ message }: { message: string }) => message)).size).toBe(1);
  expect((await ask('{ all { id notes } }')).data).toBeNull();
  expect(watched.house.asked()).not.toContain('notes');
});

it.each([
  ['level', '95000-canary-level-5d1c7e'],
  ['level', { deep: 'canary-level-5d1c7e' }],
  ['grade', 'canary-grade-5d1c7e'],
  ['name', { deep: 'canary-name-5d1c7e' }],
])('G03 a value that does not fit %s is not printed: %j', async (field, value) => {
  const me = { __typename: 'Person', id: '1', [field]: value };
  const { data, errors } = await instead(watched.people, { data: { me } }, () => ask(`{ me { ${field} } }`));
  expect(data).toEqual({ me: { [field]: null } });
  expect(errors).toHaveLength(1);
});

it.each([
  ['G04 errors of subgraphs are not passed on', 'select canary-sql-5d1c7e from t at db-7.internal:5432'],
  [
    'G05 details of a unique violation are not passed on',
    'Key (email)=(canary-email1-5d1c7e) already exists.',
  ],
])('%s', async (_, message) => {
  const extensions = { code: 'canary-code-5d1c7e', stacktrace: [message], detail: message, ftv1: message };
  const errors = [{ message, path: ['me', 'name'], locations: [{ line: 1, column: 1 }], extensions }];
  const body = await instead(watched.people, { data: { me: null }, errors }, () => ask('{ me { name } }'));
  expect(body.data).toEqual({ me: null });
  expect(body.errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_ERROR', service: 'people' } }]);
  expect(Object.keys(body.errors[0].extensions).filter((key) => /stack|detail|ftv1/.test(key))).toEqual([]);
  expect(JSON.stringify(body)).not.toMatch(/5432|select|Key \(/);
});

it('G07 no path or location points at rows that are hidden', async () => {
  const errors = [{ message: 'x', path: ['all', 17, 'name'], locations: [{ line: 9, column: 9 }] }];
  const data = { all: [{ __typename: 'Person', name: 'a' }] };
  const body = await instead(watched.people, { data, errors }, () => ask('{ all { name } }'));
  expect(JSON.stringify(body)).not.toMatch(/17|locations/);
});

it('G08 a refusal does not say what it would take', async () => {
  for (const who of [human, {}]) {
    const { errors } = await ask('{ me { email } }', who);
    expect(errors).toEqual([
      {
        message: 'Access to this field is denied.',
        path: ['me', 'email'],
        extensions: { code: 'FORBIDDEN' },
      },
    ]);
  }
  expect(watched.house.asked()).not.toContain('email');
});

const card = '************1234';
it.each([
  ['an alias', '{ me { c: card } }', { me: { c: card } }],
  ['a list', '{ loose { card } }', { loose: [{ card }, { card }] }],
  ['a union', '{ hits { ... on Person { card } } }', { hits: [{ card }, { card }] }],
  ['an interface', '{ named { ... on Person { card } } }', { named: [{ card }, { card }] }],
  ['a fragment', '{ me { ...f } } fragment f on Person { card }', { me: { card } }],
  ['another object', '{ me { boss { card } } }', { me: { boss: { card } } }],
  ['a mutation', 'mutation { rename { card } }', { rename: { card } }],
  [
    'the way of the tree',
    '{ me { card } __type(name: "Firm") { name } }',
    { me: { card }, __type: { name: 'Firm' } },
  ],
])('G11 a mask is not skipped by %s', async (_, query, data) => {
  expect(await ask(query)).toEqual({ data });
});

it('G11 a mask is not skipped by an event or a part that comes later', async () => {
  const results = watched.house.subscribe('subscription { renamed { card } }', human);
  const first = results.next();
  await until(() => watched.people.events.subscribers === 1);
  watched.people.events.publish(rows[0]);
  const { value } = await first;
  watched.saw(JSON.stringify(value));
  expect(value).toEqual({ data: { renamed: { card } } });
  await results.return(undefined);
  const text = await inParts(watched, '{ me { id ... @defer { card } } }');
  expect(text).toContain(card);
});

it.each(['x-debug', 'apollo-federation-include-trace', 'x-hasura-admin-secret', 'dev-mode', 'explain'])(
  'G12 the header %s shows no more to anybody',
  async (name) => {
    const query = '{ me { email card } }';
    const plain = await watched.ask(query);
    const headers = { [name]: name.includes('trace') ? 'ftv1' : '1' };
    expect((await watched.ask(query, { ...human, headers })).text).toBe(plain.text);
    expect(watched.house.asked()).not.toContain('email');
  },
);

it.each(['{"deep":"canary-variable-5d1c7e"}', '"canary-variable-5d1c7e"', '[["canary-variable-5d1c7e"]]'])(
  'G13 no message repeats the value of a variable: %s',
  async (given) => {
    const { body } = await watched.ask('query ($n: Int) { echo(count: $n) }', {
      ...human,
      variables: { n: JSON.parse(given) },
    });
    expect(body.errors).toHaveLength(1);
    expect(body.data ?? null).toBeNull();
    expect(watched.house.asked()).toBe('');
  },
);

it('G14 an operation of which all is denied has the shape of any other', async () => {
  const { status, body } = await watched.ask('{ me { email } }');
  expect([status, body.data]).toEqual([200, { me: { email: null } }]);
  expect(body.errors[0].path).toEqual(['me', 'email']);
  const { body: inAPart } = await watched.ask('{ me { name email } }');
  expect(inAPart.errors).toEqual(body.errors);
  expect(watched.house.asked()).not.toContain('email');
});

it('G15 errors have no coordinate', async () => {
  for (const query of ['{ me { email } }', '{ me { notes } }', '{ me { nothing } }'])
    for (const error of (await ask(query)).errors)
      expect([error, error.extensions]).toEqual([
        expect.not.objectContaining({ coordinate: expect.anything() }),
        expect.not.objectContaining({ coordinate: expect.anything() }),
      ]);
});

it('P07 no trace of the subgraphs is given to the client', async () => {
  const extensions = { ftv1: 'canary-trace-5d1c7e', tracing: { duration: 1 } };
  const body = await instead(watched.people, { data: { me: { name: 'n' } }, extensions }, () =>
    ask('{ me { name } }', { ...human, headers: { 'apollo-federation-include-trace': 'ftv1' } }),
  );
  expect(body).toEqual({ data: { me: { name: 'n' } } });
  for (const { headers } of watched.people.asked)
    expect(headers).not.toHaveProperty('apollo-federation-include-trace');
});
