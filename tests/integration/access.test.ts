/** What each persona may not see is neither shown, nor fetched, nor named in any SQL. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type Mesh, startMesh } from '../mesh/mesh.ts';

let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh();
}, 120_000);
afterAll(() => mesh?.close());

const sqlOf = ({ cost }: Answer) => cost.statements.map(({ sql }) => sql).join('\n');

describe('nobody', () => {
  it('gets no row and no name without a token', async () => {
    const answer = await mesh.ask(undefined, '{ __schema { types { name } } titles { nodes { id } } }');
    expect(answer).toMatchObject({
      status: 401,
      data: null,
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(answer.cost).toEqual({ fetches: [], statements: [] });
  });
});

/** A field that the persona may not use, a query of it, and the column that no statement may name. */
const refusals: readonly (readonly [persona: string, query: string, column: string])[] = [
  ['analyst', '{ subscribers(first: 2) { nodes { id email } } }', 'email'],
  ['analyst', '{ subscribers(first: 2) { nodes { id name birthDate phone } } }', 'birth_date'],
  ['analyst', '{ plays(first: 2) { nodes { id subscriber { id email } } } }', 'email'],
  ['analyst', '{ subscribers(where: { email: { startsWith: "a" } }) { nodes { id } } }', 'email'],
  [
    'analyst',
    '{ subscribers(where: { not: { or: [{ id: { eq: "x" } }, { email: { isNull: true } }] } }) { nodes { id } } }',
    'email',
  ],
  ['analyst', '{ subscribers(orderBy: [{ field: email }]) { nodes { id } } }', 'email'],
  ['analyst', '{ subscribersGrouped(by: [{ field: city }]) { nodes { count } } }', 'city'],
  ['analyst', '{ subscribersGrouped(by: [{ field: country }]) { nodes { key { city } count } } }', '"city"'],
  [
    'analyst',
    '{ subscribersGrouped(by: [], having: { countDistinct: { city: { gt: 1 } } }) { nodes { count } } }',
    'city',
  ],
  [
    'analyst',
    '{ invoices(first: 1) { nodes { subscriber { paymentMethods { nodes { iban } } } } } }',
    'iban',
  ],
  ['analyst', '{ plays(first: 2) { nodes { id city } } }', '"city"'],
  ['analyst', '{ playsGrouped(by: [{ field: city }]) { nodes { count } } }', '"city"'],
  ['analyst', '{ plays(where: { city: { eq: "x" } }) { nodes { id } } }', '"city"'],
  ['support', '{ invoices(first: 1) { nodes { totalAmount } } }', 'invoices'],
  ['support', '{ subscribers(first: 1) { nodes { invoices { nodes { number } } } } }', 'invoices'],
  ['clerk', '{ plays(first: 1) { nodes { id } } }', 'plays'],
  [
    'partner',
    '{ titles(first: 1) { nodes { ... on Movie { licences { nodes { costAmount } } } } } }',
    'licences',
  ],
  ['partner', '{ licences(first: 1) { nodes { costAmount } } }', 'licences'],
  ['partner', '{ revenueGrouped(by: []) { nodes { sum { netAmount } } } }', 'net_amount'],
  ['analyst', '{ streams(first: 1) { nodes { rightsFee } } }', 'rights_fee'],
  [
    'analyst',
    '{ streamsGrouped(by: [], having: { sum: { rightsFee: { gt: "0" } } }) { nodes { count } } }',
    'rights_fee',
  ],
];

describe('a refused use', () => {
  it.each(refusals)('%s: %s is FORBIDDEN, and no statement names %s', async (persona, query, column) => {
    const answer = await mesh.ask(await mesh.tokens.token(persona), query);
    expect(answer.errors.map(({ extensions }) => extensions['code'])).toContain('FORBIDDEN');
    expect(sqlOf(answer)).not.toContain(column);
    expect(JSON.stringify(answer.errors)).not.toMatch(/scope|audience:pii|billing/);
  });

  it.each(refusals)(
    'what %s is refused is answered to the steward, so that something real was refused: %s',
    async (_, query) => {
      const answer = await mesh.ask(await mesh.tokens.token('steward'), query);
      expect(answer.errors).toEqual([]);
    },
  );
});

/** Data products that are not for everybody, and for whom they are. */
const audiences: ReadonlyMap<string, readonly string[]> = new Map([
  ['subscribers', ['analyst', 'support', 'clerk', 'steward']],
  ['plays', ['analyst', 'support', 'steward']],
  ['invoices', ['analyst', 'clerk', 'steward']],
  ['invoiceLines', ['analyst', 'clerk', 'steward']],
  ['revenue', ['analyst', 'clerk', 'steward']],
  ['paymentMethods', ['clerk', 'steward']],
  ['licences', ['steward']],
]);
const personas = ['analyst', 'support', 'clerk', 'partner', 'steward'];

/** Nothing here names a field of a row, yet cursors hold keys and every page tells of rows. */
const withoutFields = (product: string): readonly string[] => [
  ...['(first: 3)', '(first: 3, orderBy: [])'].flatMap((page) =>
    ['edges { cursor }', 'edges { __typename }', 'nodes { __typename }', '__typename', 'totalCount'].map(
      (selection) => `{ ${product}${page} { ${selection} } }`,
    ),
  ),
  `{ ${product}(first: 1) { pageInfo { hasNextPage startCursor endCursor } } }`,
  ...['nodes { count }', 'nodes { __typename }', 'edges { cursor }', 'pageInfo { endCursor }'].map(
    (selection) => `{ ${product}Grouped(by: []) { ${selection} } }`,
  ),
];

describe('a data product as a whole', () => {
  const cases = [...audiences].flatMap(([product, may]) =>
    personas.map((persona) => [persona, product, may.includes(persona)] as const),
  );

  it.each(cases.filter(([, , may]) => !may))(
    '%s gets of %s no cursor, no count and no sign of a row, and no statement runs',
    async (persona, product) => {
      const token = await mesh.tokens.token(persona);
      for (const query of withoutFields(product)) {
        const { data, errors, cost } = await mesh.ask(token, query);
        const codes = errors.map(({ extensions }) => extensions['code']);
        expect([query, Object.values(data ?? {}), codes]).toEqual([query, [null], ['FORBIDDEN']]);
        expect(cost).toEqual({ fetches: [], statements: [] });
      }
    },
  );

  it.each(cases.filter(([, , may]) => may))('%s gets all of that of %s', async (persona, product) => {
    const token = await mesh.tokens.token(persona);
    for (const query of withoutFields(product)) {
      const { errors } = await mesh.ask(token, query);
      expect([query, errors]).toEqual([query, []]);
    }
  });

  it('is in the list above, or everybody with a token may list it', async () => {
    const types = '{ __schema { queryType { fields { name type { name } } } } }';
    const { data } = await mesh.ask(await mesh.tokens.token('steward'), types);
    const { fields } = (data as { __schema: { queryType: { fields: RootField[] } } }).__schema.queryType;
    const products = fields.filter(({ type }) => /(?<!Group)Connection$/.test(type.name ?? ''));
    expect(products.map(({ name }) => name)).toEqual(expect.arrayContaining([...audiences.keys()]));
    const open = products.filter(({ name }) => !audiences.has(name));
    expect(open.length).toBeGreaterThan(8);
    const query = `{ ${open.map(({ name }) => `${name}(first: 1) { edges { cursor } }`).join(' ')} }`;
    const { errors } = await mesh.ask(await mesh.tokens.tokenWith([]), query);
    expect(errors).toEqual([]);
  });
});

interface RootField {
  readonly name: string;
  readonly type: { readonly name: string | null };
}

describe('a derived field', () => {
  const query = '{ invoices(first: 1) { nodes { subscriber { id taxRate } } } }';

  it('is answered to who may read what it is computed from', async () => {
    const { data, errors } = await mesh.ask(await mesh.tokens.token('analyst'), query);
    expect(errors).toEqual([]);
    expect(JSON.stringify(data)).toMatch(/"taxRate":"0\.\d+"/);
  });

  it('is refused to who may not, and its input is not fetched', async () => {
    const answer = await mesh.ask(await mesh.tokens.tokenWith(['billing:read', 'catalog:read']), query);
    expect(answer.errors.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN']);
    expect(sqlOf(answer)).not.toContain('tax_rates');
    expect(answer.cost.fetches.map(({ subgraph }) => subgraph)).not.toContain('audience');
  });
});

describe('everybody with a token', () => {
  it.each(['analyst', 'support', 'clerk', 'partner', 'steward'])(
    '%s finds titles in every domain',
    async (persona) => {
      const { data, errors } = await mesh.ask(
        await mesh.tokens.token(persona),
        '{ search(text: "the", first: 20) { __typename ... on Media { id title } } }',
      );
      expect(errors).toEqual([]);
      expect((data as { search: unknown[] }).search.length).toBeGreaterThan(0);
    },
  );
});
