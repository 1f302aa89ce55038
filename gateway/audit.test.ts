/** What is asked through the front door is recorded, and nothing of what is answered. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { portcullis } from '../cli/fixture/call.ts';
import { type House, openHouse } from './fixture/house.ts';
import type { SubgraphFixture } from './fixture/subgraph.ts';
import { verifyTrail } from './observe/audit/verify.ts';

const people: SubgraphFixture = {
  name: 'people',
  sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])
    type Query { people: [Person!] }
    type Person @key(fields: "id") {
      id: ID! @tag(name: "public")
      email: String @tag(name: "pii")
      pin: String @tag(name: "confidential")
    }`,
  resolvers: {
    Query: {
      people: () => [
        { id: 'person-1', email: 'ann@example.org', pin: '0042' },
        { id: 'person-2', email: 'bob@example.org', pin: '0043' },
      ],
    },
  },
};

const rules = `
@id("global.everybody") permit (principal, action, resource);
@id("global.confidential") forbid (principal, action, resource in Tag::"confidential");
@id("global.email") @mask("redact") forbid (principal, action == Action::"read", resource == Field::"Person.email");
`;

let house: House;
beforeEach(async () => {
  house = await openHouse([people], { rules, audit: true });
});
afterEach(() => house.close());

const person = { scopes: [], claims: { kind: 'human', purposes: ['support'] } };
const file = () => join(house.folder, 'audit.jsonl');

/** What was recorded of requests, once it is on the disk. */
async function recorded(count: number) {
  for (;;) {
    const text = await readFile(file(), 'utf8').catch(() => '');
    const lines = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    const requests = lines.filter(({ kind }) => kind === 'request');
    if (requests.length >= count) return { text, requests };
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

it('says who asked for what, in which form it was answered, and no value', async () => {
  await house.ask('query People { people { id email pin } }', person);
  await house.ask('{ people { pin } }', { ...person, claims: { kind: 'bi' } });
  await house.ask('{ nothing }', person);
  const { text, requests } = await recorded(3);
  expect(requests).toMatchObject([
    {
      who: { kind: 'human', issuer: 'https://issuer.example' },
      purpose: 'support',
      operation: { type: 'query', name: 'People' },
      uses: { clear: ['Person.id', 'Query.people'], masked: ['Person.email'], denied: ['Person.pin'] },
      rows: 2,
      status: 200,
      codes: ['FORBIDDEN'],
    },
    {
      who: { kind: 'bi' },
      uses: { clear: [], masked: [], denied: ['Person.pin'] },
      rows: 0,
      status: 403,
      codes: ['FORBIDDEN'],
    },
    { rows: 0, status: 400, codes: ['GRAPHQL_VALIDATION_FAILED'] },
  ]);
  expect(new Set(requests.map(({ policies }) => policies)).size).toBe(1);
  expect(text).not.toMatch(/person-1|ann@|0042|\*\*\*/);
});

it('says who tried what was not granted to them', async () => {
  await house.ask('{ people { id } }', { ...person, headers: { purpose: 'fraud' } });
  await house.ask('{ people { id } }', { ...person, headers: { 'break-glass': 'a drill' } });
  const { text, requests } = await recorded(2);
  const who = { kind: 'human', subject: 'bob' };
  expect(requests).toMatchObject([
    { who, purpose: 'support', refused: 'purpose', status: 403, codes: ['FORBIDDEN'] },
    { who, purpose: 'support', refused: 'breakGlass', status: 403, codes: ['FORBIDDEN'] },
  ]);
  expect(house.asked()).toBe('');
  expect(text).not.toMatch(/fraud|a drill/);
});

it('names the rules as everybody does who reads them, wherever the subgraphs are', async () => {
  await house.ask('{ people { id } }', person);
  const { policies } = (await recorded(1)).requests[0];
  expect(house.gateway.ready().policies).toBe(policies);
  const source = await readFile(join(house.folder, 'supergraph.yaml'), 'utf8');
  const elsewhere = join(house.folder, 'elsewhere.yaml');
  await writeFile(elsewhere, source.replace(/url: "[^"]*"/, 'url: "https://people.example/graphql"'));
  const flags = ['--config', elsewhere, '--policies', join(house.folder, 'policies')];
  const { out } = await portcullis(['policy', 'check', ...flags], house.folder);
  expect(out).toContain(` rules (${policies})`);
  await house.writeRules(`${rules}\n// More.`);
  while (house.gateway.ready().policies === policies) await new Promise((resolve) => setTimeout(resolve, 10));
  await house.ask('{ people { id } }', person);
  const { requests } = await recorded(2);
  expect(requests[1]).toMatchObject({ policies: house.gateway.ready().policies });
}, 60_000);

it('records nobody whom it does not know', async () => {
  await house.ask('{ people { id } }', { headers: { authorization: 'Bearer nonsense' } });
  await house.ask('{ people { id } }', person);
  const { requests } = await recorded(1);
  expect(requests).toHaveLength(1);
});

it('is a chain that shows what was changed in it', async () => {
  for (let times = 0; times < 3; times += 1) await house.ask('{ people { id } }', person);
  const { text } = await recorded(3);
  const keys = house.gateway.jwks();
  expect(await verifyTrail(file(), { keys })).toMatchObject({ ok: true, fault: undefined });
  await writeFile(file(), text.replace('"purpose":"support"', '"purpose":"nothing"'));
  expect(await verifyTrail(file(), { keys })).toMatchObject({ ok: false, fault: { line: 3 } });
});
