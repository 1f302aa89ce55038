/** Building a schema: resolvers and fields must fit, and less common shapes are served. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { connected } from '../database/connect.ts';
import { openTestDomain, type TestDomain } from '../fixture/domain.ts';
import { buildDomainSchema } from './build.ts';
import { defineResolvers } from './domain-resolvers.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external"])';

describe('resolvers', () => {
  const sdl = `${link}
    interface Named @key(fields: "id") { id: ID! label: String @resolved }
    type Item implements Named @key(fields: "id") @table(name: "items") { id: ID! size: Int label: String @resolved }
    type Query { newest: Item }`;

  test('that are missing or too many are told together', () => {
    const none = (): null => null;
    expect(() =>
      buildDomainSchema({
        sdl,
        resolvers: { Item: { label: none, size: none }, Nobody: { x: none }, toString: {} },
      }),
    ).toThrow(
      [
        'schema.graphql cannot be served:',
        '  Query.newest: has no resolver. Write one in resolvers.ts, and pass them to serve({ folder, resolvers }) in main.ts.',
        '  Item.size: has a resolver but is not @resolved. Mark the field, or remove the resolver.',
        '  Nobody.x: has a resolver but is not @resolved. Mark the field, or remove the resolver.',
      ].join('\n'),
    );
  });

  test('inherited names are no resolvers', () => {
    const inherits = Object.create({ newest: () => null }) as Record<string, () => null>;
    expect(() =>
      buildDomainSchema({ sdl, resolvers: { Item: { label: () => null }, Query: inherits } }),
    ).toThrow('Query.newest: has no resolver');
  });

  test('take the types of their own SDL', () => {
    const resolvers = defineResolvers({
      Query: {
        newest: (_: object, __: object, { session }) => session.run({ sql: 'select 1', parameters: [] }),
      },
      Item: {
        label: ({ size }: { readonly size: number }, { upper }: { readonly upper: boolean }) =>
          `${size} ${upper}`,
      },
    });
    expect(
      buildDomainSchema({ sdl: sdl.replaceAll('label:', 'label(upper: Boolean!):'), resolvers }),
    ).toBeDefined();
    // @ts-expect-error a resolver is a function
    defineResolvers({ Item: { label: 'a text' } });
  });
});

describe('a subscription', () => {
  const sdl = `${link}
    type Item @key(fields: "id") @table(name: "items") { id: ID! size: Int }
    type Query { newest: Item }
    type Subscription { newest: Item }`;
  const subscribe = async function* () {
    yield { id: 'i1' };
  };

  test('needs a source of events, and nothing else may have one', () => {
    expect(() => buildDomainSchema({ sdl, resolvers: { Query: { newest: { subscribe } } } })).toThrow(
      [
        '  Query.newest: has a source of events, which fields of Query do not have. Write a function.',
        '  Subscription.newest: has no resolver. Write one in resolvers.ts, and pass them to serve({ folder, resolvers }) in main.ts.',
      ].join('\n'),
    );
    expect(() =>
      buildDomainSchema({
        sdl,
        resolvers: { Query: { newest: () => null }, Subscription: { newest: () => null } },
      }),
    ).toThrow(
      'Subscription.newest: is resolved by a function, and a subscription needs a source of events. Write { subscribe(…) { … } }.',
    );
  });

  test('may not carry what the kit knows of tables', () => {
    expect(() =>
      buildDomainSchema({ sdl: sdl.replace('Subscription {', 'Subscription @dataProduct {'), resolvers: {} }),
    ).toThrow('Subscription: @dataProduct belongs to a type with @key and @table.');
  });

  test('has its source in the schema', () => {
    const resolvers = defineResolvers({
      Query: { newest: () => null },
      Subscription: { newest: { subscribe } },
    });
    const field = buildDomainSchema({ sdl, resolvers }).getSubscriptionType()?.getFields()['newest'];
    expect(field?.subscribe).toBeDefined();
    // @ts-expect-error a source of events is an async iterable
    defineResolvers({ Subscription: { newest: { subscribe: () => 'a text' } } });
  });
});

describe('an interface of several tables', () => {
  const sdl = `${link}
    interface Pet @key(fields: "id") { id: ID! name: String toys: ToyConnection }
    type Cat implements Pet @key(fields: "id") @table(name: "zoo.cats") @dataProduct(list: "cats") {
      id: ID! name: String lives: Int! toys: ToyConnection @collection(by: ["pet_id"])
    }
    type Dog implements Pet @key(fields: "id") @table(name: "zoo.dogs") {
      id: ID! name: String toys: ToyConnection @collection(by: ["pet_id"])
    }
    type Toy @key(fields: "id") @table(name: "zoo.toys") { id: ID! pet: Pet @reference(by: ["pet_type", "pet_id"]) }`;

  let database: TestDatabase;
  let domain: TestDomain;

  beforeAll(async () => {
    database = await createTestDatabase();
    await connected(database.ownerUrl, (client) =>
      client.query(`
        create schema zoo; grant usage on schema zoo to public;
        create table zoo.cats (id text primary key, name text, lives integer);
        create table zoo.dogs (id text primary key, name text);
        create table zoo.toys (id text primary key, pet_type text, pet_id text);
        grant select on all tables in schema zoo to public;
        insert into zoo.cats values ('c1', 'Tom', 9); insert into zoo.dogs values ('d1', 'Rex');
        insert into zoo.toys values ('t1', 'Cat', 'c1'), ('t2', 'Dog', 'd1'), ('t3', 'Dog', 'c1'), ('t4', null, null);`),
    );
    domain = await openTestDomain(database.appUrl, { sdl });
  });

  afterAll(async () => {
    await domain?.close();
    await database?.drop();
  });

  test('finds an entity in whichever has it', async () => {
    const { data, errors, statements } = await domain.ask(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Pet { __typename name } ... on Cat { lives } } }`,
      { r: ['d1', 'c1', 'x'].map((id) => ({ __typename: 'Pet', id })) },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      _entities: [{ __typename: 'Dog', name: 'Rex' }, { __typename: 'Cat', name: 'Tom', lives: 9 }, null],
    });
    expect(statements).toHaveLength(2);
  });

  test('shares the statement of a collection between its types', async () => {
    const { data, statements } = await domain.ask(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Toy { pet { name toys { nodes { id pet { id } } } } } } }`,
      { r: ['t1', 't2', 't3', 't4'].map((id) => ({ __typename: 'Toy', id })) },
    );
    const cat = {
      name: 'Tom',
      toys: {
        nodes: [
          { id: 't1', pet: { id: 'c1' } },
          { id: 't3', pet: null },
        ],
      },
    };
    const dog = { name: 'Rex', toys: { nodes: [{ id: 't2', pet: { id: 'd1' } }] } };
    expect(data).toEqual({ _entities: [{ pet: cat }, { pet: dog }, { pet: null }, { pet: null }] });
    // toys; cats and dogs; toys of both; cats and dogs again.
    expect(statements).toHaveLength(6);
  });
});
