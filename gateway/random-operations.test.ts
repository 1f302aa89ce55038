/** Operations that nobody would write by hand: whatever is asked, denied values stay where they are. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildClientSchema, type GraphQLSchema, getIntrospectionQuery } from 'graphql';
import { company } from './fixture/company.ts';
import { type House, openHouse } from './fixture/house.ts';
import { randomSelections } from './fixture/operations.ts';

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
const secrets = /078-05-1120|219-09-9999|@example\.org|95000|71000|calm|loud|gold|sesame|"h[12]"|\b120\b/;
const secretFields = /\b(ssn|salary|grade|rank|next|notes|badge|code|score|rate)\b/;
/** Open to all, though the interface that it is read by protects it on another type. */
const contractorEmail = 'cy@example.org';

/** An alias of its own for each selection, in letters that no secret is made of; what could conflict is another test's. */
const alias = (field: string) => fc.nat(99_999).map((at) => `${letters(at)}_${field}`);

function letters(number: number): string {
  return String(number).replaceAll(/\d/g, (digit) => 'ghijkmnopq'[Number(digit)] ?? '');
}

const operation = fc.constant(null).chain(() => randomSelections(schema, { depth: 4, alias }));

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
