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

/** Lifts masks and office hours for who may: what is left to refuse is refused for another reason. */
const emergency = { 'break-glass': 'a test' };

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
      const answer = await mesh.ask(await mesh.tokens.token('steward'), query, {}, emergency);
      expect(answer.errors).toEqual([]);
    },
  );
});

/** Data products that are not for everybody: who may list them, and who may count them. */
const audiences: ReadonlyMap<
  string,
  { readonly list: readonly string[]; readonly count: readonly string[] }
> = new Map([
  [
    'subscribers',
    { list: ['support', 'clerk', 'steward'], count: ['analyst', 'support', 'clerk', 'steward'] },
  ],
  ['plays', { list: ['support', 'steward'], count: ['analyst', 'support', 'steward'] }],
  ['invoices', { list: ['clerk', 'steward'], count: ['analyst', 'clerk', 'steward'] }],
  ['invoiceLines', { list: ['clerk', 'steward'], count: ['clerk', 'steward'] }],
  ['revenue', { list: ['analyst', 'clerk', 'steward'], count: ['analyst', 'clerk', 'steward'] }],
  ['paymentMethods', { list: ['clerk', 'steward'], count: ['clerk', 'steward'] }],
  ['licences', { list: ['steward'], count: ['steward'] }],
]);
const personas = ['analyst', 'support', 'clerk', 'partner', 'steward'];

/** Nothing here names a field of a row, yet cursors hold keys and every page tells of rows. */
const withoutFields = {
  list: (product: string) => [
    ...['(first: 3)', '(first: 3, orderBy: [])'].flatMap((page) =>
      ['edges { cursor }', 'edges { __typename }', 'nodes { __typename }', '__typename', 'totalCount'].map(
        (selection) => `{ ${product}${page} { ${selection} } }`,
      ),
    ),
    `{ ${product}(first: 1) { pageInfo { hasNextPage startCursor endCursor } } }`,
  ],
  count: (product: string) =>
    ['nodes { count }', 'nodes { __typename }', 'edges { cursor }', 'pageInfo { endCursor }'].map(
      (selection) => `{ ${product}Grouped(by: []) { ${selection} } }`,
    ),
};

describe.each(['list', 'count'] as const)('a data product as a whole, to %s', (way) => {
  const cases = [...audiences].flatMap(([product, may]) =>
    personas.map((persona) => [persona, product, may[way].includes(persona)] as const),
  );

  it.each(cases.filter(([, , may]) => !may))(
    '%s gets of %s no cursor, no count and no sign of a row, and no statement runs',
    async (persona, product) => {
      const token = await mesh.tokens.token(persona);
      for (const query of withoutFields[way](product)) {
        const { data, errors, cost } = await mesh.ask(token, query);
        const codes = errors.map(({ extensions }) => extensions['code']);
        // To a BI client the operation is refused as a whole, to a person the field.
        const nothing =
          persona === 'analyst' ? null : { [`${product}${way === 'count' ? 'Grouped' : ''}`]: null };
        expect([query, data, codes]).toEqual([query, nothing, ['FORBIDDEN']]);
        expect(cost).toEqual({ fetches: [], statements: [] });
      }
    },
  );

  it.each(cases.filter(([, , may]) => may))('%s gets all of that of %s', async (persona, product) => {
    const token = await mesh.tokens.token(persona);
    for (const query of withoutFields[way](product)) {
      const { errors } = await mesh.ask(token, query);
      expect([query, errors]).toEqual([query, []]);
    }
  });
});

describe('all other data products', () => {
  it('may be listed by everybody with a token', async () => {
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
    const { data, errors } = await mesh.ask(await mesh.tokens.token('steward'), query);
    expect(errors).toEqual([]);
    expect(JSON.stringify(data)).toMatch(/"taxRate":"0\.\d+"/);
  });

  it('is refused to who may not, and its input is not fetched', async () => {
    const answer = await mesh.ask(await mesh.tokens.token('clerk'), query);
    expect(answer.errors.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN']);
    expect(sqlOf(answer)).not.toContain('tax_rates');
    expect(answer.cost.fetches.map(({ subgraph }) => subgraph)).not.toContain('audience');
  });
});

describe('personal data', () => {
  const query = '{ subscribers(where: { phone: { isNull: false } }, first: 1) { nodes { id } } }';
  const details = (id: string) =>
    `{ subscribers(where: { id: { eq: "${id}" } }) { nodes { name email phone birthDate } } }`;
  type Details = Readonly<Record<'name' | 'email' | 'phone' | 'birthDate', string | null>>;
  let id: string;
  let clear: Details;

  const ask = async (persona: string, headers: Readonly<Record<string, string>> = {}) => {
    const { data, errors } = await mesh.ask(await mesh.tokens.token(persona), details(id), {}, headers);
    expect(errors).toEqual([]);
    const [node] = (data as { subscribers: { nodes: Details[] } }).subscribers.nodes;
    if (node === undefined) throw new Error('there is no such subscriber');
    return node;
  };

  beforeAll(async () => {
    const { data } = await mesh.ask(await mesh.tokens.token('steward'), query, {}, emergency);
    id = (data as { subscribers: { nodes: { id: string }[] } }).subscribers.nodes[0]?.id ?? '';
    clear = await ask('steward', emergency);
    expect(clear.email).toContain('@');
  });

  it('is shown to who helps a person as far as that takes', async () => {
    const { name, email, phone, birthDate } = await ask('support');
    expect({ name, email }).toEqual({ name: clear.name, email: clear.email });
    expect(phone).toBe(clear.phone?.replace(/.(?=...)/gu, '*'));
    expect(birthDate).toBe(clear.birthDate && `${clear.birthDate.slice(0, 4)}-01-01`);
  });

  it('is a pseudonym for every other purpose, another one for each', async () => {
    const [steward, checked] = [await ask('steward'), await ask('support', { purpose: 'service_quality' })];
    for (const shown of [steward, checked]) {
      for (const value of [clear.name, clear.email, clear.phone])
        expect(JSON.stringify(shown)).not.toContain(value);
      expect(shown.email).not.toBeNull();
      expect(shown.birthDate).toBeNull();
    }
    expect(steward.email).not.toBe(checked.email);
    expect(await ask('steward')).toEqual(steward);
  });

  it('is for no purpose that was not granted', async () => {
    const token = await mesh.tokens.token('support');
    const { status, data, errors, cost } = await mesh.ask(
      token,
      details(id),
      {},
      { purpose: 'fraud_prevention' },
    );
    expect({ status, data }).toEqual({ status: 403, data: null });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(cost).toEqual({ fetches: [], statements: [] });
  });

  it.each(['steward', 'support'])(
    'shows %s no more in an emergency that is not theirs to declare',
    async (persona) => {
      const mayDeclare = persona === 'steward';
      const token = await mesh.tokens.token(persona);
      const { data } = await mesh.ask(token, details(id), {}, emergency);
      expect(JSON.stringify(data).includes(clear.phone ?? '')).toBe(mayDeclare);
    },
  );
});

describe('rows of one region', () => {
  const query = `{
    streams(first: 1000) { nodes { region rightsFee } totalCount }
    streamsGrouped(by: [{ field: region }]) { nodes { key { region } count } }
  }`;
  interface Streams {
    readonly streams: { readonly nodes: readonly { region: string }[]; readonly totalCount: string };
    readonly streamsGrouped: { readonly nodes: readonly { key: { region: string }; count: string }[] };
  }
  const ask = async (token: string) => {
    const { data, errors } = await mesh.ask(token, query);
    expect(errors).toEqual([]);
    return data as unknown as Streams;
  };

  it('are all that a partner sees, counts and groups', async () => {
    const all = await ask(await mesh.tokens.token('steward'));
    const own = all.streamsGrouped.nodes.filter(({ key }) => key.region === 'EMEA');
    const { streams, streamsGrouped } = await ask(await mesh.tokens.token('partner'));
    expect(all.streamsGrouped.nodes.length).toBe(3);
    expect(streamsGrouped.nodes).toEqual(own);
    expect(streams.totalCount).toBe(own[0]?.count);
    expect(new Set(streams.nodes.map(({ region }) => region))).toEqual(new Set(['EMEA']));
  });

  it('are none where nobody has said which region', async () => {
    const claims = { teams: ['rights-partners'], purposes: ['rights_management'], clearance: 2 };
    const { streams, streamsGrouped } = await ask(await mesh.tokens.tokenWith([], claims));
    expect({ nodes: streams.nodes, count: streams.totalCount, groups: streamsGrouped.nodes }).toEqual({
      nodes: [],
      count: '0',
      groups: [],
    });
  });

  it('are those of the markets that somebody answers for', async () => {
    const claims = { roles: ['market-manager'], purposes: [], clearance: 2, markets: ['DE', 'FR'] };
    const { data, errors } = await mesh.ask(
      await mesh.tokens.tokenWith([], claims),
      '{ revenueGrouped(by: [{ field: country }]) { nodes { key { country } } } }',
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      revenueGrouped: { nodes: [{ key: { country: 'DE' } }, { key: { country: 'FR' } }] },
    });
  });
});

describe('totals about persons', () => {
  const query = (by: string) =>
    `{ playsGrouped(by: [${by}], first: 1000) { nodes { count countDistinct { subscriberId } } suppressed } }`;
  interface Totals {
    readonly playsGrouped: {
      readonly nodes: readonly { countDistinct: { subscriberId: string } }[];
      readonly suppressed: boolean;
    };
  }
  const persons = async (persona: string, by: string) => {
    const { data, errors } = await mesh.ask(await mesh.tokens.token(persona), query(by));
    expect(errors).toEqual([]);
    const { nodes, suppressed } = (data as unknown as Totals).playsGrouped;
    return { suppressed, persons: nodes.map(({ countDistinct }) => Number(countDistinct.subscriberId)) };
  };

  it('are shown to an analyst from ten persons on', async () => {
    const fine = '{ field: country }, { field: device }, { field: mediaKind }';
    const whole = await persons('steward', fine);
    const shown = await persons('analyst', fine);
    expect(whole.suppressed).toBe(false);
    expect(whole.persons.some((count) => count < 10)).toBe(true);
    expect(shown.suppressed).toBe(true);
    expect(shown.persons.length).toBeGreaterThan(0);
    expect(shown.persons.filter((count) => count < 10)).toEqual([]);
  });

  it('are whole where every group is large enough', async () => {
    const [shown, whole] = [
      await persons('analyst', '{ field: mediaKind }'),
      await persons('steward', '{ field: mediaKind }'),
    ];
    expect(shown).toEqual({ ...whole, suppressed: true });
  });
});

describe('everybody with a token', () => {
  it.each(['analyst', 'support', 'clerk', 'steward'])('%s finds titles in every domain', async (persona) => {
    const { data, errors } = await mesh.ask(
      await mesh.tokens.token(persona),
      '{ search(text: "the", first: 20) { __typename ... on Media { id title } } }',
    );
    expect(errors).toEqual([]);
    expect((data as { search: unknown[] }).search.length).toBeGreaterThan(0);
  });

  it('partner finds them too, but for streams: whose rows of those may be seen is not known where the search is', async () => {
    const find = async (persona: string, first: number) => {
      const query = `{ search(text: "the", first: ${first}) { __typename ... on Media { id title } } }`;
      const { data, errors } = await mesh.ask(await mesh.tokens.token(persona), query);
      expect(errors).toEqual([]);
      return (data as { search: { __typename: string; id: string }[] }).search;
    };
    const all = await find('steward', 100);
    const others = all.filter(({ __typename }) => __typename !== 'Stream');
    expect(others.length).toBeLessThan(all.length);
    // Hidden ones take no place: a page is as full as without them.
    expect(await find('partner', 10)).toEqual(others.slice(0, 10));
  });
});
