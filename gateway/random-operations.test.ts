/** Operations that nobody would write by hand: whatever is asked, denied values stay where they are. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  buildClientSchema,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { company } from './fixture/company.ts';
import { type House, openHouse } from './fixture/house.ts';

let house: House;
let open: House;
let schema: GraphQLSchema;
const faults: unknown[] = [];
beforeAll(async () => {
  const observers = { requestFaulted: ({ error }: { error: unknown }) => void faults.push(error) };
  house = await openHouse(company, { observers });
  open = await openHouse(company, { open: true, observers });
  const { body } = await house.ask(getIntrospectionQuery(), { scopes: [] });
  schema = buildClientSchema(body.data);
});
beforeEach(() => house.forget());
afterAll(() => Promise.all([house.close(), open.close()]));

/** Values of the fixture that nobody without scopes may see, and the names of the fields that hold them. */
const secrets = /078-05-1120|219-09-9999|@example\.org|95000|71000|calm|loud|gold|1234|"h[12]"|\b120\b/;
const secretFields = /\b(ssn|salary|grade|rank|next|notes|badge|code|score|rate)\b/;
/** Open to all, though the interface that it is read by protects it on another type. */
const contractorEmail = 'cy@example.org';

const literals = new Map([
  ['ID', '"1"'],
  ['String', '"x"'],
  ['Int', '1'],
]);

/** A selection set on `type`: fields under aliases, fragments on whatever can overlap, no deeper than `depth`. */
function selectionOn(type: GraphQLCompositeType, depth: number): fc.Arbitrary<string> {
  const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
  const simple = fields.filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)));
  const selections: fc.Arbitrary<string>[] = [
    fc.constant('__typename'),
    ...simple
      .filter(({ args }) =>
        args.filter(isRequiredArgument).every((each) => literals.has(getNamedType(each.type).name)),
      )
      .map((field) => fieldOf(field, depth)),
    ...(depth > 0 ? conditionsOn(type).map((name) => fragmentOn(name, depth - 1)) : []),
  ];
  return fc
    .array(fc.oneof(...selections), { minLength: 1, maxLength: 4 })
    .map((chosen) => `{ ${chosen.join(' ')} }`);
}

type Field = ReturnType<Extract<GraphQLCompositeType, { getFields: unknown }>['getFields']>[string];

function fieldOf({ name, args, type }: Field, depth: number): fc.Arbitrary<string> {
  const required = args
    .filter(isRequiredArgument)
    .map((each) => `${each.name}: ${literals.get(getNamedType(each.type).name)}`);
  const given = required.length === 0 ? '' : `(${required.join(', ')})`;
  const named = getNamedType(type);
  const below = isCompositeType(named) ? selectionOn(named, depth - 1) : fc.constant('');
  // An alias of its own for each selection, in letters that no secret is made of; what could conflict is another test's.
  return fc
    .tuple(fc.nat(99_999), below)
    .map(([at, selection]) => `${letters(at)}_${name}: ${name}${given} ${selection}`);
}

function letters(number: number): string {
  return String(number).replaceAll(/\d/g, (digit) => 'ghijkmnopq'[Number(digit)] ?? '');
}

function conditionsOn(type: GraphQLCompositeType): readonly string[] {
  const possible = isObjectType(type) ? [type] : schema.getPossibleTypes(type);
  const around = possible.flatMap((each) => [each.name, ...each.getInterfaces().map(({ name }) => name)]);
  return [...new Set(around)];
}

function fragmentOn(name: string, depth: number): fc.Arbitrary<string> {
  const type = schema.getType(name);
  if (!isCompositeType(type)) throw new Error(name);
  return selectionOn(type, depth).map((selection) => `... on ${name} ${selection}`);
}

const operation = fc.constant(null).chain(() => {
  const query = schema.getQueryType();
  if (!query) throw new Error('no query type');
  return selectionOn(query, 4);
});

describe('a random operation', () => {
  it('brings nobody what he may not see, and asks no subgraph for it', async () => {
    await fc.assert(
      fc.asyncProperty(operation, async (query) => {
        house.forget();
        const { status, text } = await house.ask(query, { scopes: [] });
        expect(faults).toEqual([]);
        expect([200, 400]).toContain(status);
        expect(text.replaceAll(contractorEmail, '')).not.toMatch(secrets);
        expect(house.asked().replaceAll(/a\d+_\w+:/g, '')).not.toMatch(secretFields);
      }),
      { numRuns: 80 },
    );
  }, 120_000);

  it('is answered to who has every scope as in open mode', async () => {
    const sources = await Promise.all(
      company.map(({ name }) => readFile(join(house.folder, `${name}.graphql`), 'utf8')),
    );
    const scopes = [...new Set(sources.join(' ').match(/(?<=\[\[")[^"]+/g) ?? [])];
    await fc.assert(
      fc.asyncProperty(operation, async (query) => {
        const closed = /\b(grade|rank|next)\b/;
        fc.pre(!closed.test(query.replaceAll(/a\d+_\w+:/g, '')));
        const [mine, all] = [await house.ask(query, { scopes }), await open.ask(query)];
        expect(mine.text).toBe(all.text);
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
