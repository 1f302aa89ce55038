/**
 * What the gateway writes and sends of operations by every door: no hidden value, no token, and nothing of what an operation
 * says but its name. The log says nothing of the person either, the audit trail who it was.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type House, type HouseOptions, openHouse } from '@portcullis/gateway/fixture/house';
import type { SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';
import { createLog } from '@portcullis/gateway/observe/log';
import { inlineToolchain } from '@portcullis/gateway/snapshot/inline-toolchain';
import { WebSocket } from 'ws';
import { type Door, doors } from './kit/doors.ts';
import { canary, expectNone, masked, people } from './kit/people.ts';
import { openTap, type Tap } from './kit/tap.ts';
import { until } from './kit/until.ts';

const finding = '@usesNothing, n: Int @usesNothing, any: JSON @usesNothing): Person echo(';
const seekers: SubgraphFixture = {
  ...people,
  sdl: people.sdl.replace('echo(', `find(text: String ${finding}`),
  resolvers: {
    ...people.resolvers,
    Query: { ...people.resolvers['Query'], find: people.resolvers['Query']?.['me'] as () => unknown },
  },
};

const literal = canary('literal');
const variable = canary('variable');
const secrets = /canary-\w+-5d1c7e|4111111111111234|\beyJ[\w-]+|\bxx\.yy\.zz\b/;

let house: House;
let tap: Tap;
let lines: string[];
let authorization: string;

async function open(options: HouseOptions = {}): Promise<void> {
  lines = [];
  const observers = createLog('trace', { write: (line: string) => void lines.push(line) });
  house = await openHouse([seekers], { rules: masked, audit: true, observers, ...options });
  tap = await openTap((await house.listen()).url);
  authorization = await house.authorization(['any'], undefined, {
    sub: canary('subject'),
    name: canary('claim'),
    region: 'EMEA',
  });
}

beforeEach(() => open());
afterEach(async () => {
  await tap.close();
  await house.close();
});

interface Asking {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const answered: readonly Asking[] = [
  {
    query: `query Named($v: String) { find(text: $v) { name email card } again: find(text: "${literal}") { id notes } loose { card } }`,
    variables: { v: variable },
  },
  { query: `query Named($v: String = "${literal}") { find(text: $v, any: {a: ["${literal}"]}) { name } }` },
  {
    query: 'query Named($any: JSON) { find(any: $any) { boss { card } } }',
    variables: { any: { [variable]: [variable] } },
  },
];

const refused: readonly Asking[] = [
  { query: 'query Named($n: Int) { find(n: $n) { id } }', variables: { n: variable } },
  { query: 'query Named($n: Int) { find(n: $n) { id } }', variables: { n: { [variable]: variable } } },
  { query: `query Named { find(n: "${literal}") { id } }` },
  { query: `query Named { find(text: "${literal}", none: "${literal}") { id } }` },
  { query: `query Named { find(text: "${literal}" { id } }` },
  { query: `query Named { find(text: "${literal}") { id } } """${literal}` },
  { query: `query Named { find(text: "${literal}") { ${'boss { '.repeat(20)} id ${'} '.repeat(20)} } }` },
];

const ofSubgraph: readonly string[] = [
  JSON.stringify({ data: null, errors: [{ message: `Key (email)=(${canary('detail')})` }] }),
  JSON.stringify({
    errors: [{ message: canary('m'), extensions: { code: canary('code'), sql: canary('sql') } }],
  }),
  JSON.stringify({ data: { find: { __typename: 'Person', name: { [canary('key')]: canary('value') } } } }),
  JSON.stringify({ data: { find: null, named: [{ __typename: canary('type'), name: canary('name') }] } }),
  `<html>${canary('page')}</html>`,
  `{"data": ${canary('torn')}`,
];

/** What was recorded, once all of it is on the disk. */
async function trail(requests: number): Promise<string> {
  let text = '';
  await until(async () => {
    text = await readFile(join(house.folder, 'audit.jsonl'), 'utf8').catch(() => '');
    return (text.match(/"kind":"request"/g) ?? []).length >= requests;
  });
  return text;
}

async function scan(requests: number): Promise<void> {
  const log = lines.join('');
  expect((log.match(/"msg":"request"/g) ?? []).length).toBeGreaterThanOrEqual(requests);
  expectNone(secrets, log);
  const recorded = await trail(requests);
  expect(recorded).toContain(canary('subject'));
  expectNone(secrets, recorded.replaceAll(canary('subject'), ''));
  expectNone(secrets, tap.taken());
}

const ask = (door: Door, asking: Asking) => door.ask({ url: tap.url, authorization, ...asking });

describe.each(doors.map((door) => [door.name, door] as const))('by %s', (_, door) => {
  it('of what is answered no value is written down, and none that is hidden is sent', async () => {
    for (const each of answered) expect((await ask(door, each)).data).toBeDefined();
    if (door.takesMutations) await ask(door, { query: 'mutation Named { rename { name email card } }' });
    // They have been there to be found.
    expect(house.asked()).toContain(literal);
    expect(house.asked()).toContain(variable);
    expect(house.asked()).not.toMatch(/email|notes/);
    expect(lines.join('')).toContain('"operation":"Named"');
    await scan(answered.length);
  });

  it('of what is refused neither message nor record quotes anything', async () => {
    for (const each of refused) {
      const { data, errors } = await ask(door, each);
      expect([data ?? null, Array.isArray(errors)]).toEqual([null, true]);
    }
    expect(house.asked()).toBe('');
    await scan(refused.length);
  });

  it('of what a subgraph says of its troubles nothing goes on', async () => {
    const subgraph = house.subgraphs.get('people');
    if (subgraph === undefined) throw new Error('there is no such subgraph');
    for (const body of ofSubgraph) {
      subgraph.instead = { body };
      const { errors } = await ask(door, { query: 'query Named { find { name } named { name } }' });
      expect(errors).toContainEqual(expect.objectContaining({ message: expect.any(String) }));
    }
    await scan(ofSubgraph.length);
  });
});

it('of tokens that are refused nothing is written or sent', async () => {
  const expired = await house.authorization(['any'], -60, { name: canary('claim') });
  const [head, , signature] = authorization.split('.');
  const payload = Buffer.from(JSON.stringify({ sub: canary('forged') })).toString('base64url');
  for (const each of [expired, `${head}.${payload}.${signature}`, 'Bearer xx.yy.zz', 'Basic xx.yy.zz']) {
    for (const door of doors)
      await door.ask({ url: tap.url, authorization: each, query: '{ me { name } }' }).catch(() => undefined);
  }
  expect(house.asked()).toBe('');
  expect(lines.filter((line) => line.includes('token refused')).length).toBeGreaterThanOrEqual(12);
  expectNone(secrets, lines.join(''));
  expectNone(secrets, tap.taken());
});

it('of bodies and messages that are none nothing is quoted', async () => {
  const headers = { 'content-type': 'application/json', authorization };
  for (const body of [`{"query": ${literal}`, `["${literal}"]`, `{"query":{"${literal}":"${variable}"}}`]) {
    const response = await fetch(`${tap.url}/graphql`, { method: 'POST', headers, body });
    expect(response.status).toBe(400);
  }
  const socket = new WebSocket(`${tap.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: literal, payload: { [variable]: variable } }));
  await once(socket, 'close');
  expectNone(secrets, lines.join(''));
  expectNone(secrets, tap.taken());
});

it('of a fault of the gateway the log has the place, and nobody the words', async () => {
  await tap.close();
  await house.close();
  await open({
    toolchain: () => ({
      ...inlineToolchain,
      async createAccess(files, supergraph) {
        const access = await inlineToolchain.createAccess(files, supergraph);
        const viewOf = () => {
          throw new Error(`${canary('engine')} ${authorization}`, { cause: new Error(canary('cause')) });
        };
        return { version: access.version, close: () => access.close(), viewOf };
      },
    }),
  });
  // The client of server-sent events throws where the status is no success.
  for (const door of doors) await ask(door, answered[0] as Asking).catch(() => undefined);
  expect(house.asked()).toBe('');
  const faults = lines.filter((line) => line.includes('a fault of the gateway'));
  expect(faults.length).toBeGreaterThanOrEqual(doors.length);
  expect(lines.join('')).toContain('canaries.test.ts');
  expectNone(secrets, lines.join(''));
  expectNone(secrets, tap.taken());
});

it('of events nothing is written down', async () => {
  const results = house.subscribe('subscription Named { renamed { name email card } }', {
    scopes: ['any'],
    claims: { sub: canary('subject') },
  });
  const first = results.next();
  const { events } = house.subgraphs.get('people') ?? {};
  await until(() => events?.subscribers === 1);
  events?.publish({ id: '1', name: canary('name'), email: canary('email1'), card: '4111111111111234' });
  const { value } = await first;
  expect(value.data).toEqual({ renamed: { name: canary('name'), email: null, card: '************1234' } });
  await results.return(undefined);
  await until(() => lines.some((line) => line.includes('"stream ended"')));
  await scan(1);
});
