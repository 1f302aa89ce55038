/** Group A of the catalogue through every door: there is one function behind them, and this is what shows it. */
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { company } from '@portcullis/gateway/fixture/company';
import { type House, openHouse } from '@portcullis/gateway/fixture/house';
import { WebSocket } from 'ws';
import { type Door, doors, type Result } from './kit/doors.ts';
import { expectNone } from './kit/people.ts';
import { openTap, type Tap } from './kit/tap.ts';

let house: House;
let tap: Tap;
let url: string;
let tokens: Readonly<Record<'bob' | 'robot' | 'paymaster', string>>;
beforeAll(async () => {
  house = await openHouse(company);
  tap = await openTap((await house.listen()).url);
  url = tap.url;
  tokens = {
    bob: await house.authorization(['catalog:read']),
    /** Whom any denied field refuses the whole. */
    robot: await house.authorization(['catalog:read'], undefined, { kind: 'service' }),
    paymaster: await house.authorization(['hr:pay']),
  };
});
beforeEach(() => {
  house.forget();
  tap.taken();
});
afterAll(async () => {
  await tap?.close();
  await house?.close();
});

/** Values of the company that none of those who ask may see, but for the paymaster's first two. */
const secrets = /\b(95000|71000)\b|078-05-1120|219-09-9999|(ann|bob)@example\.org|calm|loud|gold|sesame/;

interface Case {
  readonly title: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Bob unless told. */
  readonly who?: 'robot';
  /** Asked first, so that a decision is kept. */
  readonly before?: {
    readonly who?: 'paymaster';
    readonly variables: Readonly<Record<string, unknown>>;
    readonly data: unknown;
  };
  /** Undefined: refused as a whole. */
  readonly data: unknown;
  /** Of each error. */
  readonly paths?: readonly (readonly string[])[];
  /** What no subgraph may be asked for. */
  readonly unasked: RegExp;
}

const conditional = 'query ($s: Boolean!) { me { name salary @skip(if: $s) } }';

const cases: readonly Case[] = [
  {
    title: 'A01: an alias hides nothing',
    query: '{ me { x: salary name } }',
    data: { me: { x: null, name: 'Ann' } },
    paths: [['me', 'x']],
    unasked: /salary/,
  },
  {
    title: 'A02: what is closed on a type is closed where it is read as an interface',
    query: '{ node(id: "c1") { ... on Person { id name } } }',
    data: { node: { id: 'c1', name: null } },
    paths: [['node', 'name']],
    unasked: /on Contractor\{[^}]*name/,
  },
  {
    title: 'A06: data beside the schema are authorised as ever',
    query: '{ __schema { __typename } me { salary } }',
    data: { __schema: { __typename: '__Schema' }, me: { salary: null } },
    paths: [['me', 'salary']],
    unasked: /salary/,
  },
  {
    title: 'A07: and so are those in a fragment at the root',
    query: '{ ...F } fragment F on Query { __type(name: "Nope") { name } me { salary } }',
    data: { __type: null, me: { salary: null } },
    paths: [['me', 'salary']],
    unasked: /salary/,
  },
  {
    title: 'A08: not even the type name of a closed object is told',
    query: '{ vault { __typename } }',
    data: { vault: null },
    paths: [['vault']],
    unasked: /./,
  },
  {
    title: 'A11: a condition that did not hold decides nothing for when it does',
    query: conditional,
    before: { variables: { s: true }, data: { me: { name: 'Ann' } } },
    variables: { s: false },
    data: { me: { name: 'Ann', salary: null } },
    paths: [['me', 'salary']],
    unasked: /salary/,
  },
  {
    title: 'A11: nor one that held for when it does not',
    query: conditional,
    before: { variables: { s: false }, data: { me: { name: 'Ann', salary: null } } },
    variables: { s: true },
    data: { me: { name: 'Ann' } },
    paths: [],
    unasked: /salary/,
  },
  {
    title: 'A11: nor that of a fragment',
    query:
      'query ($s: Boolean!) { me { name ...F @include(if: $s) } } fragment F on Employee { salary @skip(if: false) }',
    before: { variables: { s: false }, data: { me: { name: 'Ann' } } },
    variables: { s: true },
    data: { me: { name: 'Ann', salary: null } },
    paths: [['me', 'salary']],
    unasked: /salary/,
  },
  {
    title: 'A11: nor what was decided for who may',
    query: conditional,
    before: { who: 'paymaster', variables: { s: false }, data: { me: { name: 'Ann', salary: 95000 } } },
    variables: { s: false },
    data: { me: { name: 'Ann', salary: null } },
    paths: [['me', 'salary']],
    unasked: /salary/,
  },
  {
    title: 'A12: one response name is two fields on two types',
    query: '{ search(q: "") { ... on Employee { v: email } ... on Contractor { v: email } } }',
    data: { search: [{ v: null }, { v: null }, { v: 'cy@example.org' }] },
    paths: [['search', 'v']],
    unasked: /on Employee\{[^}]*email/,
  },
  {
    title: 'A16: lists and non-nulls hide no closed type',
    query: '{ vaults { code } }',
    data: { vaults: null },
    paths: [['vaults']],
    unasked: /./,
  },
  {
    title: 'A21: looked up by a global id, it is the same type',
    query: '{ node(id: "2") { ... on Employee { name salary } } }',
    data: { node: { name: 'Bob', salary: null } },
    paths: [['node', 'salary']],
    unasked: /salary/,
  },
  {
    title: 'A22: and on every other path',
    query: '{ me { manager { reports { salary id } } } }',
    data: { me: { manager: { reports: [{ salary: null, id: '1' }] } } },
    paths: [['me', 'manager', 'reports', 'salary']],
    unasked: /salary/,
  },
  {
    title: 'A26: directives that nobody knows are refused',
    query: '{ me { salary @_internal @bypass } }',
    data: undefined,
    unasked: /./,
  },
  {
    title: 'A26: so are those of the graph, which are not for operations',
    query: '{ me { salary @tag(name: "public") @authenticated } }',
    data: undefined,
    unasked: /./,
  },
  {
    title: 'A26: and those on an operation or a variable',
    query: 'query ($s: Boolean @_internal) @bypass { me { name salary @skip(if: $s) } }',
    data: undefined,
    unasked: /./,
  },
  {
    title: 'A17: a closed mutation is not carried out',
    query: 'mutation { promote(id: "2") { id } }',
    data: undefined,
    unasked: /./,
  },
  {
    title: 'A17: nor is one of which only the payload is closed, for whom that refuses the whole',
    who: 'robot',
    query: 'mutation { rename(id: "1", name: "x") { name salary } }',
    data: undefined,
    unasked: /./,
  },
  {
    title: 'A18: nor is any beside it',
    query: 'mutation { a: rename(id: "1", name: "x") { id } b: promote(id: "2") { id } }',
    data: undefined,
    unasked: /./,
  },
  {
    title: 'A19: a payload is no other way to read',
    query: 'mutation { rename(id: "1", name: "x") { name salary } }',
    data: { rename: { name: 'x', salary: null } },
    paths: [['rename', 'salary']],
    unasked: /salary/,
  },
];

const isMutation = ({ query }: Case) => query.startsWith('mutation');

const pathsIn = ({ errors }: Result) =>
  ((errors ?? []) as readonly { readonly path?: readonly string[] }[]).map(({ path }) => path);

describe.each(doors.map((door) => [door.name, door] as const))('%s', (_, door: Door) => {
  const through = cases.filter((each) => door.takesMutations || !isMutation(each));

  it.each(through.map((each) => [each.title, each] as const))('%s', async (_title, each) => {
    const { query, variables = {}, data, paths, unasked, before, who = 'bob' } = each;
    if (before !== undefined) {
      const authorization = tokens[before.who ?? who];
      const first = await door.ask({ url, authorization, query, variables: before.variables });
      expect(first.data).toEqual(before.data);
      if (before.who !== undefined) {
        house.forget();
        tap.taken();
      }
    }
    const found = await door.ask({ url, authorization: tokens[who], query, variables });
    expect(found.data ?? undefined).toEqual(data);
    if (paths === undefined) expect(pathsIn(found).length).toBeGreaterThan(0);
    else expect(pathsIn(found)).toEqual(paths);
    expect(house.asked()).not.toMatch(unasked);
    const sent = tap.taken();
    expect(sent).toMatch(/"(data|errors|payload)":/);
    expectNone(secrets, sent);
  });
});

describe('A24: there are no batches', () => {
  const batch = [{ query: '{ me { name } }' }, { query: '{ me { salary } }' }];

  it.each([
    'application/json',
    'application/graphql-response+json',
    'text/event-stream',
    'multipart/mixed, application/json',
  ])('an array is refused, though the answer should be %s', async (accept) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, authorization: tokens.bob },
      body: JSON.stringify(batch),
    });
    expect([response.status, await response.text()]).toEqual([400, expect.not.stringContaining('"data"')]);
    expect(house.asked()).toBe('');
  });

  it('over a WebSocket neither', async () => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const messages: string[] = [];
    socket.on('message', (message) => messages.push(String(message)));
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: { Authorization: tokens.bob } }));
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: batch }));
    const [code] = await once(socket, 'close');
    expect(code).toBe(4400);
    expect(messages.join()).not.toContain('"next"');
    expect(house.asked()).toBe('');
  });
});

it('A23: literals are validated as they were written', async () => {
  for (const query of [
    '{ employees(orderBy: ["SALARY"]) { id } }',
    '{ employees(filter: {salary: {gt: "90000"}}) { id } }',
    '{ employees(filter: salary) { id } }',
  ]) {
    const { status } = await house.ask(query, { scopes: ['hr:pay'] });
    expect(status).toBe(400);
  }
  expect(house.asked()).toBe('');
});
