/** Rows of the catalogue that no room of the house has to itself: each through the front door. */
import { afterEach, expect, it } from '@jest/globals';
import { company } from '@portcullis/gateway/fixture/company';
import { federation } from '@portcullis/gateway/fixture/engine';
import { type House, type HouseOptions, openHouse } from '@portcullis/gateway/fixture/house';
import type { SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';
import { decodeJwt } from 'jose';

let house: House;
afterEach(() => house?.close());

const open = async (fixtures: readonly SubgraphFixture[], options?: HouseOptions) => {
  house = await openHouse(fixtures, options);
};

const everybodyBut = (...coordinates: readonly string[]) =>
  [
    '@id("global.everybody") permit (principal, action, resource);',
    ...coordinates.map(
      (each, at) => `@id("global.closed-${at}") forbid (principal, action, resource == Field::"${each}");`,
    ),
  ].join('\n');

const forbidden = (...path: string[]) => ({
  message: 'Access to this field is denied.',
  path,
  extensions: { code: 'FORBIDDEN' },
});

const bob = { scopes: ['catalog:read'] };

it('A20: a root type of another name is the same root', async () => {
  const renamed = {
    name: 'shop',
    sdl: `${federation} schema { query: Entrance } type Entrance { open: String secret: String }`,
    resolvers: { Entrance: { open: () => 'o', secret: () => 'canary' } },
  };
  await open([renamed], { rules: everybodyBut('Query.secret') });
  const { body, text } = await house.ask('{ open secret }', bob);
  expect(body).toEqual({ data: { open: 'o', secret: null }, errors: [forbidden('secret')] });
  expect(text).not.toContain('canary');
  expect(house.asked()).not.toContain('secret');
});

it('A20: so are those of mutations and subscriptions', async () => {
  const renamed = {
    name: 'shop',
    sdl: `${federation} schema { query: Entrance mutation: Counter subscription: Window }
      type Entrance { open: String } type Counter { buy: String sell: String } type Window { sold: String seen: String }`,
    resolvers: { Counter: { buy: () => 'canary', sell: () => 's' } },
  };
  await open([renamed], { rules: everybodyBut('Mutation.buy', 'Subscription.sold') });
  expect((await house.ask('mutation { sell }', bob)).body).toEqual({ data: { sell: 's' } });
  house.forget();
  const { status, text } = await house.ask('mutation { sell buy }', bob);
  expect([status, text]).toEqual([403, expect.not.stringContaining('canary')]);
  const { value } = await house.subscribe('subscription { sold }', bob).next();
  expect(value.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(house.asked()).toBe('');
  expect(house.subgraphs.get('shop')?.events.subscribers).toBe(0);
});

const access =
  '@link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@requiresScopes"])';
const me = { Query: { me: () => ({ id: '1', name: 'Ann', email: 'canary', grade: 'GOLD' }) } };

it('A15: a closed enum is not fetched where it goes out, nor taken where it comes in', async () => {
  const shop = {
    name: 'shop',
    sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes", "@composeDirective"])
        @link(url: "https://portcullis.dev/spec/v1.0", import: ["@usesNothing"]) @composeDirective(name: "@usesNothing")
      directive @usesNothing(reason: String) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
      type Query { me: Person atLeast(grade: Grade @usesNothing): Int all(where: Where @usesNothing): Int }
      type Person { name: String grade: Grade grades: [[Grade!]!] }
      input Where { grade: Grade @usesNothing name: String @usesNothing }
      enum Grade @requiresScopes(scopes: [["grades"]]) { GOLD }`,
    resolvers: me,
  };
  await open([shop]);
  const { body } = await house.ask('{ me { name grade grades } }', bob);
  expect(body).toEqual({
    data: { me: { name: 'Ann', grade: null, grades: null } },
    errors: [forbidden('me', 'grade'), forbidden('me', 'grades')],
  });
  expect(house.asked()).not.toContain('grade');
  house.forget();
  for (const query of ['{ atLeast(grade: GOLD) }', '{ all(where: {grade: GOLD}) }']) {
    const { data, errors } = (await house.ask(query, bob)).body;
    expect(Object.values(data)).toEqual([null]);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  }
  expect(house.asked()).toBe('');
  const allowed = await house.ask('{ me { grade } }', { scopes: ['grades'] });
  expect(allowed.body).toEqual({ data: { me: { grade: 'GOLD' } } });
});

it('B08: of two subgraphs that ask for one scope each, both are asked for', async () => {
  const shape = (scope: string) =>
    `extend schema ${access} type Person @key(fields: "id") { id: ID! email: String @shareable @requiresScopes(scopes: [["${scope}"]])`;
  const one = { name: 'one', sdl: `${shape('a')} } type Query { me: Person }`, resolvers: me };
  const other = { name: 'other', sdl: `${shape('b')} calls: Int }`, resolvers: {} };
  await open([one, other]);
  for (const scopes of [['a'], ['b'], []]) {
    const { body } = await house.ask('{ me { email } }', { scopes });
    expect(body).toEqual({ data: { me: { email: null } }, errors: [forbidden('me', 'email')] });
  }
  expect(house.asked()).not.toContain('email');
  const { body } = await house.ask('{ me { email } }', { scopes: ['a', 'b'] });
  expect(body).toEqual({ data: { me: { email: 'canary' } } });
});

it.each([
  ['another name', '@link(url: "URL", import: [{ name: "@requiresScopes", as: "@hush" }])', '@hush'],
  ['a prefix', '@link(url: "URL", as: "fed")', '@fed__requiresScopes'],
])('B09: a directive under %s closes as well', async (_, link, directive) => {
  const shop = {
    name: 'shop',
    sdl: `extend schema ${link.replace('URL', 'https://specs.apollo.dev/federation/v2.9')}
      type Query { me: Person } type Person { id: ID! email: String ${directive}(scopes: [["pii"]]) }`,
    resolvers: me,
  };
  await open([shop]);
  const { body } = await house.ask('{ me { id email } }', bob);
  expect(body).toEqual({ data: { me: { id: '1', email: null } }, errors: [forbidden('me', 'email')] });
  expect(house.asked()).not.toContain('email');
  const allowed = await house.ask('{ me { email } }', { scopes: ['pii'] });
  expect(allowed.body).toEqual({ data: { me: { email: 'canary' } } });
});

const uses = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
    @link(url: "https://portcullis.dev/spec/v1.0", import: ["@uses"]) @composeDirective(name: "@uses")
  directive @uses(field: String!, as: Use!) repeatable on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
  enum Use { FILTER ORDER GROUP AGGREGATE READ WRITE }`;
const staffOf = (roots: string, resolvers: SubgraphFixture['resolvers']): SubgraphFixture => ({
  name: 'staff',
  sdl: `${uses} ${roots} type Person { name: String pay: Int secret: String } input Where { name: String @uses(field: "Person.name", as: FILTER) pay: Int @uses(field: "Person.pay", as: FILTER) }`,
  resolvers,
});

it('F21: a search is a filter on all that it looks at, closed columns too', async () => {
  const search = `type Query {
    find(text: String @uses(field: "Person.name", as: FILTER)): [Person]
    findAll(text: String @uses(field: "Person.name", as: FILTER) @uses(field: "Person.secret", as: FILTER)): [Person]
  }`;
  const found = () => [{ name: 'Ann' }];
  await open([staffOf(search, { Query: { find: found, findAll: found } })], {
    rules: everybodyBut('Person.secret'),
  });
  expect((await house.ask('{ find(text: "a") { name } }', bob)).body).toEqual({
    data: { find: [{ name: 'Ann' }] },
  });
  house.forget();
  for (const variables of [{ t: 'a' }, { t: null }])
    expect(
      (await house.ask('query ($t: String) { findAll(text: $t) { name } }', { ...bob, variables })).body,
    ).toEqual({
      data: { findAll: null },
      errors: [forbidden('findAll')],
    });
  expect(house.asked()).toBe('');
});

it('F24: a mutation on a condition is refused for what its condition looks at, before anything is done', async () => {
  const done: string[] = [];
  const change = (_: unknown, { where }: { where: object }) => done.push(JSON.stringify(where));
  const mutation = `type Query { a: Int } type Mutation {
    raise(where: Where): Int
    copy(from: String @uses(field: "Person.pay", as: READ) @uses(field: "Person.name", as: WRITE)): Int
  }`;
  await open([staffOf(mutation, { Mutation: { raise: change, copy: () => done.push('copy') } })], {
    rules: everybodyBut('Person.pay'),
  });
  for (const query of [
    'mutation { raise(where: {pay: 1}) }',
    'mutation { first: raise(where: {name: "a"}) raise(where: {name: "a", pay: 1}) }',
    'mutation { copy(from: "pay") }',
  ]) {
    const { status, body } = await house.ask(query, bob);
    expect([status, body.errors[0].extensions.code]).toEqual([403, 'FORBIDDEN']);
  }
  expect([done, house.asked()]).toEqual([[], '']);
  expect((await house.ask('mutation { raise(where: {name: "a"}) }', bob)).body).toEqual({
    data: { raise: 1 },
  });
});

it.each(['me', 'node', 'hit'])('A21: the filter of rows goes along on the way by %s', async (way) => {
  const staff = {
    name: 'staff',
    enforces: ['rows'] as const,
    sdl: `${federation} type Query { me: Person node: Node hit: Hit } interface Node { id: ID! } union Hit = Person
      type Person implements Node @key(fields: "id") { id: ID! name: String country: String }`,
    resolvers: { Query: { [way]: () => ({ __typename: 'Person', id: '1', name: 'Ann', country: 'FR' }) } },
  };
  const rules = `${everybodyBut()} @id("global.rows") @rowFilter("country = \\"FR\\"") forbid (principal, action, resource in Type::"Person");`;
  await open([staff], { rules });
  const { body } = await house.ask(`{ ${way} { ... on Person { name } } }`, bob);
  expect(body).toEqual({ data: { [way]: { name: 'Ann' } } });
  const [asked] = house.subgraphs.get('staff')?.asked ?? [];
  expect(decodeJwt(String(asked?.headers['txn-token']))).toMatchObject({
    tctx: { obligations: { rows: { Person: [{ field: 'country', op: '=', value: 'FR' }] } } },
  });
});

it('B05: a part of a key that is closed joins, and is shown to nobody', async () => {
  const desk = {
    name: 'desk',
    sdl: `${federation} type Query { desk: Desk } type Desk @key(fields: "id org { code }") { id: ID! org: Org! } type Org @shareable { code: String! }`,
    resolvers: { Query: { desk: () => ({ id: '1', org: { code: 'canary' } }) } },
  };
  const floor = {
    name: 'floor',
    sdl: `${federation} type Desk @key(fields: "id org { code }") { id: ID! org: Org! level: Int } type Org @shareable { code: String! }`,
    resolvers: { Desk: { __resolveReference: (desk: object) => ({ ...desk, level: 3 }) } },
  };
  await open([desk, floor], { rules: everybodyBut('Org.code') });
  const joined = await house.ask('{ desk { id level } }', bob);
  expect(joined.body).toEqual({ data: { desk: { id: '1', level: 3 } } });
  const shown = await house.ask('{ desk { id org { code } } }', bob);
  expect(shown.body.errors).toEqual([forbidden('desk', 'org')]);
  expect(shown.text + joined.text).not.toContain('canary');
});

it('B15: a subgraph is sent a token for itself alone, and none of the caller', async () => {
  await open(company);
  await house.ask('{ me { name } }', bob);
  const [asked] = house.subgraphs.get('hr')?.asked ?? [];
  expect(asked?.headers.authorization).toBeUndefined();
  expect(asked?.headers['txn-token']).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
});

it.each([
  ['a header', { headers: { 'apollo-expose-query-plan': 'true', 'apollo-query-plan-experimental': '1' } }],
  ['an extension', { extensions: { queryPlan: true, tracing: true } }],
])('B21: no plan is to be had by %s', async (_, asking) => {
  await open(company);
  const plain = await house.ask('{ me { name salary } }', bob);
  const asked = await house.ask('{ me { name salary } }', { ...bob, ...asking });
  expect(asked.text).toBe(plain.text);
  expect(asked.body).not.toHaveProperty('extensions');
});

it.each([0, 100])(
  'B20: with a field that has moved for %d of a hundred, the decision is the same',
  async (percent) => {
    const key = 'type Item @key(fields: "id") { id: ID! price: Int';
    const before = {
      name: 'before',
      sdl: `${federation} type Query { item: Item } ${key} }`,
      resolvers: { Query: { item: () => ({ id: '1', price: 123456789 }) } },
    };
    const after = {
      name: 'after',
      sdl: `${federation} ${key} @override(from: "before", label: "percent(${percent})") }`,
      resolvers: { Item: { __resolveReference: (item: object) => ({ ...item, price: 123456789 }) } },
    };
    await open([before, after], { rules: everybodyBut('Item.price') });
    const { body } = await house.ask('{ item { id price } }', bob);
    expect(body).toEqual({ data: { item: { id: '1', price: null } }, errors: [forbidden('item', 'price')] });
    expect(house.asked()).not.toContain('price');
  },
);

it('B23: a subgraph of Federation 1 that repeats a field opens nothing by permitting it', async () => {
  const shape = 'type Item @key(fields: "id") { id: ID! price: Int }';
  const owner = {
    name: 'owner',
    sdl: `${federation} type Query { item: Item } type Item @key(fields: "id") { id: ID! price: Int @shareable }`,
    resolvers: { Query: { item: () => ({ id: '1', price: 123456789 }) } },
  };
  const copier = {
    name: 'copier',
    sdl: shape,
    resolvers: { Item: { __resolveReference: (item: object) => ({ ...item, price: 123456789 }) } },
  };
  const rules = `@id("global.item") permit (principal, action, resource == Field::"Query.item");
    @id("global.id") permit (principal, action, resource == Field::"Item.id");`;
  await open([owner, copier], { rules });
  const { generation } = house.gateway.ready();
  const permit = '@id("copier.price") permit (principal, action, resource == Field::"Item.price");';
  await house.writeRules(rules, 'copier/copier.cedar', permit);
  while (house.gateway.ready().generation === generation) {
    expect(house.gateway.ready().refused).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { body } = await house.ask('{ item { id price } }', bob);
  expect(body).toEqual({ data: { item: { id: '1', price: null } }, errors: [forbidden('item', 'price')] });
  expect(house.asked()).not.toContain('price');
});

it.each(['id', 'sku', 'id sku'])(
  'B24: whichever key leads there (%s), the decision is the same',
  async (keys) => {
    const shop = {
      name: 'shop',
      sdl: `${federation} type Query { item: Item } type Item @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! }`,
      resolvers: { Query: { item: () => ({ id: '1', sku: 'canary' }) } },
    };
    const own = keys.split(' ');
    const stock = {
      name: 'stock',
      sdl: `${federation} type Item ${own.map((key) => `@key(fields: "${key}")`).join(' ')} { ${own.map((key) => `${key}: ID!`).join(' ')} left: Int }`,
      resolvers: { Item: { __resolveReference: (item: object) => ({ ...item, left: 3 }) } },
    };
    await open([shop, stock], { rules: everybodyBut('Item.sku') });
    const { body, text } = await house.ask('{ item { id left } }', bob);
    expect(body).toEqual({ data: { item: { id: '1', left: 3 } } });
    expect((await house.ask('{ item { sku } }', bob)).text + text).not.toContain('canary');
  },
);

it.each([
  ['by id', 'id', 'sku'],
  ['by sku', 'sku', 'id'],
])('B24: with two routes to one field the shorter one (%s) decides nothing', async (_, near, far) => {
  const shop = {
    name: 'shop',
    sdl: `${federation} type Query { item: Item } type Item @key(fields: "${near}") { ${near}: ID! }`,
    resolvers: { Query: { item: () => ({ [near]: 'canary-key' }) } },
  };
  const holding = (name: string, keys: readonly string[], more: string) => ({
    name,
    sdl: `${federation} type Item ${keys.map((key) => `@key(fields: "${key}")`).join(' ')} { ${keys.map((key) => `${key}: ID!`).join(' ')} ${more} }`,
    resolvers: { Item: { __resolveReference: (item: object) => ({ id: 'i', sku: 's', left: 3, ...item }) } },
  });
  // One step from the shop, and two.
  const all = [
    shop,
    holding('stock', [near], 'left: Int @shareable'),
    holding('bridge', [near, far], ''),
    holding('shelf', [far], 'left: Int @shareable high: Int'),
  ];
  const denied = { data: { item: { left: null } }, errors: [forbidden('item', 'left')] };
  for (const [closed, expected] of [
    [['Item.sku'], { data: { item: { left: 3 } } }],
    [['Item.id'], { data: { item: { left: 3 } } }],
    [['Item.left'], denied],
    [['Item.left', 'Item.sku', 'Item.id'], denied],
  ] as const) {
    await open(all, { rules: everybodyBut(...closed) });
    const { body, text } = await house.ask('{ item { left } }', bob);
    expect(body).toEqual(expected);
    expect(text).not.toContain('canary');
    // Beside another field the planner has another way to go.
    expect((await house.ask('{ item { left high } }', bob)).body.data.item.left).toBe(
      expected.data.item.left,
    );
    if (expected === denied) expect(house.asked()).not.toContain('left');
    await house.close();
  }
  await open(all, { rules: everybodyBut() });
});

it.each([
  ['a fragment', 'boss { ... on Person { pay(in: "EUR") } }'],
  ['arguments', 'boss { pay(in: "EUR") }'],
])('B25: of a requirement with %s all of its selection counts', async (_, requires) => {
  const pay = 'pay(in: String): Int';
  const staff = {
    name: 'staff',
    sdl: `${federation} type Query { me: Person } type Person @key(fields: "id") { id: ID! boss: Person ${pay} }`,
    resolvers: {
      Query: { me: () => ({ id: '1', boss: { id: '2' } }) },
      Person: { __resolveReference: () => ({ id: '1', boss: { id: '2' } }), pay: () => 123456789 },
    },
  };
  const bonuses = {
    name: 'bonuses',
    sdl: `${federation} type Person @key(fields: "id") { id: ID! boss: Person @external ${pay} @external bonus: Int @requires(fields: ${JSON.stringify(requires)}) }`,
    resolvers: {
      Person: {
        __resolveReference: (person: object) => person,
        bonus: ({ boss }: { boss: { pay: number } }) => boss.pay,
      },
    },
  };
  await open([staff, bonuses], { rules: everybodyBut('Person.pay') });
  const { body, text } = await house.ask('{ me { id bonus } }', bob);
  expect(body).toEqual({ data: { me: { id: '1', bonus: null } }, errors: [forbidden('me', 'bonus')] });
  expect(text).not.toContain('123456789');
  expect(house.asked('bonuses')).toBe('');
  expect(house.asked()).not.toContain('pay');
  await house.close();
  // And who may read it gets it: the requirement itself works.
  await open([staff, bonuses], { rules: everybodyBut() });
  const { body: allowed } = await house.ask('{ me { id bonus } }', bob);
  expect(allowed).toEqual({ data: { me: { id: '1', bonus: 123456789 } } });
});

it('a small operation on an interface that leads to itself holds up nobody, however deep', async () => {
  const types = ['A', 'B', 'C', 'D', 'E', 'F'];
  const nodes = {
    name: 'nodes',
    sdl: `${federation} type Query { n: N } interface N { id: ID next: N } ${types.map((type) => `type ${type} implements N { id: ID next: N }`).join(' ')}`,
    resolvers: {},
  };
  await open([nodes], { rules: everybodyBut('F.next') });
  const started = performance.now();
  const { body } = await house.ask(`{ n ${'{ next '.repeat(12)}{ id }${' }'.repeat(12)} }`, bob);
  expect(body.errors).toMatchObject([{ extensions: { code: 'COST_LIMIT' } }]);
  expect(performance.now() - started).toBeLessThan(1_000);
  expect(house.asked()).toBe('');
});
