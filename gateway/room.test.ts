/** `limits.answerBytes`: of all of an answer, whatever it is made of. Through the front door. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Ask, type House, openHouse } from './fixture/house.ts';
import type { SubgraphFixture } from './fixture/subgraph.ts';

const answerBytes = 20_000;

const rows: SubgraphFixture = {
  name: 'rows',
  sdl: `extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])
    type Query { rows: [Row] one: Row }
    type Row @key(fields: "id") { id: ID! name: String pin: String @tag(name: "confidential") broken: Int nothing: Int thing: Thing! }
    interface Thing { code: String }
    type Open implements Thing { code: String }
    type Shut implements Thing { code: String @tag(name: "confidential") }`,
  resolvers: {
    Query: {
      rows: () => Array.from({ length: 60 }, (_, at) => ({ id: String(at), name: 'n' })),
      one: () => ({ id: '1', name: 'n', thing: { __typename: 'Shut', code: 'c' } }),
    },
    Row: {
      broken: () => {
        throw new Error('broken');
      },
    },
  },
};

/** Fails for each of them. */
const marks: SubgraphFixture = {
  name: 'marks',
  sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Row @key(fields: "id") { id: ID! mark: Int }`,
  resolvers: { Row: { mark: () => Promise.reject(new Error('none')) } },
};

let house: House;
beforeAll(async () => {
  house = await openHouse([rows, marks], { limits: { answerBytes } });
});
afterAll(() => house.close());

const tooLarge = [
  { message: expect.stringContaining('limits.answerBytes'), extensions: { code: 'COST_LIMIT' } },
];
const long = (length: number) => 'a'.repeat(length);
/** What the gateway answers itself is written with the object tree. */
const byTree = '__type(name: "Row") { name }';
const names = (count: number, field: string) =>
  Array.from({ length: count }, (_, at) => `x${at}: ${field}`).join(' ');

it.each<[string, (size: number) => string, Ask]>([
  ['errors of what is denied', (size) => `{ ${long(size)}: one { id ${names(30, 'pin')} } }`, {}],
  [
    'errors of what is denied, beside an answer of the object tree',
    (size) => `{ ${byTree} ${long(size)}: one { id ${names(30, 'pin')} } }`,
    {},
  ],
  [
    'errors beside data that was pasted together',
    (size) =>
      `{ rows { ${names(size === 10 ? 3 : 20, 'name')} } ${long(size)}: one { id ${names(7, 'pin')} } }`,
    {},
  ],
  ['errors of subgraphs', (size) => `{ ${long(size)}: rows { broken } }`, {}],
  [
    'what became of each field',
    (size) => `{ ${long(size)}: one { ${names(30, 'name')} } }`,
    { extensions: { access: true } },
  ],
  [
    'introspection',
    (size) =>
      `{ __type(name: "Row") { ${size === 10 ? '' : names(20, `fields { ${names(20, 'name')} }`)} name } }`,
    {},
  ],
  ['types', (size) => `{ ${byTree} rows { ${names(size === 10 ? 3 : 40, '__typename')} } }`, {}],
  ['nulls', (size) => `{ ${byTree} rows { ${names(size === 10 ? 3 : 40, 'nothing')} } }`, {}],
])('counts %s', async (_what, query, ask) => {
  const { status, text } = await house.ask(query(10), ask);
  expect(status).toBe(200);
  expect(text.length).toBeLessThan(answerBytes);
  const refused = await house.ask(query(1_000), ask);
  expect([refused.status, refused.body]).toEqual([400, { errors: tooLarge }]);
});

it.each([
  ['the places of parts', (size: number) => `{ ${long(size)}: rows { id ... @defer { name } } }`],
  ['their labels', (size: number) => `{ rows { id ... @defer(label: "${long(size)}") { name } } }`],
  ['errors that come before them', (size: number) => `{ rows { id ... @defer { ${long(size)}: broken } } }`],
  ['their errors', (size: number) => `{ rows { id ... @defer { ${long(size / 2)}: mark } } }`],
])('counts %s', async (_what, query) => {
  expect(await partsOf(query(10))).not.toContain('COST_LIMIT');
  const text = await partsOf(query(400));
  expect(text).toContain('COST_LIMIT');
  expect(text.length).toBeLessThan(answerBytes);
});

it('counts errors of parts that stand nowhere', async () => {
  const query = '{ rows { id ... @defer { mark } } }';
  for (const [length, isTooLarge] of [
    [20, false],
    [280, true],
  ] as const) {
    const error = { message: 'm'.repeat(length), extensions: { code: 'NOT_FOUND' } };
    await instead('marks', { errors: Array(90).fill(error) }, async () => {
      const text = await partsOf(query);
      expect(text.includes('COST_LIMIT')).toBe(isTooLarge);
      expect(text.length).toBeLessThan(answerBytes);
    });
  }
});

it('counts errors of what is hidden where there has to be something', async () => {
  const ones = (size: number) =>
    Array.from({ length: 30 }, (_, at) => `${long(size)}${at}: one { thing { code } }`);
  const { status, body } = await house.ask(`{ ${ones(10).join(' ')} }`);
  expect([status, body.errors.length]).toEqual([200, 30]);
  const refused = await house.ask(`{ ${ones(310).join(' ')} }`);
  expect([refused.status, refused.body]).toEqual([400, { errors: tooLarge }]);
});

async function instead(subgraph: string, body: unknown, look: () => Promise<void>): Promise<void> {
  const running = house.subgraphs.get(subgraph);
  if (running === undefined) throw new TypeError('no such subgraph');
  running.instead = { body: JSON.stringify(body) };
  await look();
  running.instead = undefined;
}

async function partsOf(query: string): Promise<string> {
  const { body } = await house.gateway.handle({
    method: 'POST',
    url: '/graphql',
    headers: {
      'content-type': 'application/json',
      accept: 'multipart/mixed;deferSpec=20220824, application/json',
    },
    body: Buffer.from(JSON.stringify({ query })),
    signal: new AbortController().signal,
  });
  if (typeof body === 'string' || Buffer.isBuffer(body)) throw new Error(String(body));
  let text = '';
  for await (const piece of body) text += piece;
  return text;
}
