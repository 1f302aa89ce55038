/** Masks in answers, however they are written. */
import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import type { MaskRule } from '@portcullis/policies/engine/rule';
import { type AccessView, openView } from '@portcullis/policies/engine/view';
import { buildSchema, graphqlSync } from 'graphql';
import { answered, createEngine } from './fixture/engine.ts';
import { createKeyedHash } from './secrets/keyed-hash.ts';

const people = `scalar Date
  type Query { people: [Person!] person: Person beings: [Being] things: [Thing] }
  interface Being { name: String  names: [[String]] }
  union Thing = Person | Dog
  type Person implements Being @key(fields: "id") {
    id: ID! name: String names: [[String]] email: String! born: Date address: Address
  }
  type Address { town: String }
  type Dog implements Being { name: String names: [[String]] }`;
const engine = createEngine({
  people,
  pay: 'type Person @key(fields: "id") { id: ID! salary: Int card: String }',
});
const schema = buildSchema(people.replace('@key(fields: "id")', ''));

const keyedHash = createKeyedHash(Buffer.alloc(32, 1));

const redact: MaskRule = { kind: 'redact', parameter: undefined };
const masks: ReadonlyMap<string, MaskRule> = new Map([
  ['Person.id', { kind: 'hash', parameter: undefined }],
  ['Person.name', redact],
  ['Person.names', redact],
  ['Person.born', { kind: 'date', parameter: 'year' }],
  ['Person.salary', { kind: 'round', parameter: '1000' }],
  ['Person.card', { kind: 'last', parameter: '4' }],
]);

const ann = {
  __typename: 'Person',
  id: 'ann',
  name: 'Ann',
  names: [['Ann', null], null, []],
  email: 'ann@example.org',
  born: '1980-05-06',
  address: { town: 'Ghent' },
};
const rex = { __typename: 'Dog', name: 'Rex', names: [['Rex']] };
const hashOfAnn = keyedHash('Person.id', 'none')('ann');

/** Nobody is denied anything, but for these. */
const seeing = (rules: ReadonlyMap<string, MaskRule>): AccessView => ({
  ...openView,
  key: JSON.stringify([...rules]),
  maskOf: (coordinate) => rules.get(coordinate),
});

describe.each([true, false])('an answer (spliced: %s)', (splices) => {
  const ask = async (query: string, given = masks, change = (data: unknown) => data) =>
    engine.seenBy(seeing(given)).answer(
      query,
      ({ subgraph }, body) => {
        if (subgraph === 'people') {
          const rootValue = { people: [ann], person: ann, beings: [ann, rex], things: [ann, rex] };
          const { data } = graphqlSync({ schema, source: body.query, rootValue });
          return answered({ data: change(data) });
        }
        const { representations } = body.variables as { representations: readonly { readonly id: string }[] };
        const entities = representations.map(({ id }) => ({
          salary: id === 'ann' ? 61_700 : null,
          card: '4111111111111234',
        }));
        return answered({ data: { _entities: entities } });
      },
      { splices },
    );

  it('joins by what it masks, and masks within lists', async () => {
    const { data, text, calls, path } = await ask('{ people { id born names salary card } }');
    expect(data).toEqual({
      people: [
        {
          id: hashOfAnn,
          born: '1980-01-01',
          names: [['***', null], null, []],
          salary: 62_000,
          card: '************1234',
        },
      ],
    });
    expect(calls[1]?.body).toContain('"id":"ann"');
    expect(path).toBe(splices ? 'bytes' : 'tree');
    for (const secret of ['ann"', 'Ann', '05-06', '61', '4111']) expect(text).not.toContain(secret);
  });

  it('masks under every alias', async () => {
    const { data } = await ask('{ person { one: name two: name salary } }');
    expect(data).toEqual({ person: { one: '***', two: '***', salary: 62_000 } });
  });

  it.each(['beings', 'things'])('masks by the type that there is, among %s', async (field) => {
    const on = field === 'beings' ? 'name names' : '... on Being { name names }';
    const { data } = await ask(`{ ${field} { ${on} } }`);
    expect(data).toEqual({
      [field]: [
        { name: '***', names: [['***', null], null, []] },
        { name: 'Rex', names: [['Rex']] },
      ],
    });
  });

  it.each([
    ['does not say which type it is', ''],
    ['says that it is of the abstract type', '"__typename":"Being",'],
    ['says that it is of a type that there is not', '"__typename":"Nobody",'],
  ])('shows nothing of what %s', async (_, typename) => {
    for (const query of [
      '{ beings { name } }',
      '{ beings { names } }',
      '{ things { ... on Being { name } } }',
    ]) {
      const otherwise = (data: unknown) =>
        JSON.parse(JSON.stringify(data).replaceAll(/"__typename":"\w+",?/g, typename));
      const { text, errors } = await ask(query, masks, otherwise);
      expect(text).not.toMatch(/Ann|Rex/);
      expect(JSON.stringify(errors)).not.toMatch(/Ann|Rex/);
    }
  });

  it('shows nothing of it either where nobody asked for the type', async () => {
    const reply = () => answered({ data: { beings: [{ name: 'Ann' }] } });
    const decision = { masks: new Map([['Person.name', () => '…']]) };
    const { data } = await engine.answer('{ beings { name } }', reply, { splices, decision });
    expect(data).toEqual({ beings: [null] });
  });

  it('has no object in place of one that is masked', async () => {
    const { data, errors, calls } = await ask(
      '{ person { born address { town } } }',
      new Map([['Person.address', redact]]),
    );
    expect(data).toEqual({ person: { born: '1980-05-06', address: null } });
    expect(errors).toMatchObject([{ path: ['person', 'address'], extensions: { code: 'FORBIDDEN' } }]);
    expect(String(calls[0]?.body)).not.toContain('address');
  });

  it('is null where the mask leaves nothing of what has to be there, and says that it is denied', async () => {
    const nothing: ReadonlyMap<string, MaskRule> = new Map([
      ['Person.email', { kind: 'null', parameter: undefined }],
    ]);
    const { data, errors } = await ask('{ person { email } }', nothing);
    expect(data).toEqual({ person: null });
    expect(errors).toEqual([
      {
        message: 'Access to this field is denied.',
        path: ['person', 'email'],
        extensions: { code: 'FORBIDDEN' },
      },
    ]);
  });
});
