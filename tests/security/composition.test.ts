/** Group C: what one domain could do to another by what it publishes, through composition, rules and the gateway. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { serve } from '@portcullis/gateway/authenticate/fixture';
import { federation } from '@portcullis/gateway/fixture/engine';
import { type House, type HouseOptions, openHouse } from '@portcullis/gateway/fixture/house';
import type { SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';
import { until } from './kit/until.ts';

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

async function open(fixtures: readonly SubgraphFixture[], options: HouseOptions = {}): Promise<House> {
  house = await openHouse(fixtures, options);
  return house;
}

const bob = { scopes: ['any'] };
const everybody = '@id("global.everybody") permit (principal, action, resource);';
const closed = `${everybody} @id("global.pay") forbid (principal, action, resource == Field::"Person.pay");`;
const denied = { data: { me: { id: '1', pay: null } }, errors: [{ extensions: { code: 'FORBIDDEN' } }] };

const hr: SubgraphFixture = {
  name: 'hr',
  sdl: `${federation} type Query { me: Person } type Person @key(fields: "id") { id: ID! pay: Int @shareable }`,
  resolvers: { Query: { me: () => ({ id: '1', pay: 123456789 }) } },
};
const evil = (fields: string): SubgraphFixture => ({
  name: 'evil',
  sdl: `${federation} type Person @key(fields: "id") { id: ID! ${fields} }`,
  resolvers: { Person: { __resolveReference: (person: object) => ({ ...person, pay: 123456789, copy: 1 }) } },
});
const stealing = evil('pay: Int @override(from: "hr")');
const evilPermit = '@id("evil.pay") permit (principal, action, resource == Field::"Person.pay");';
const query = '{ me { id pay } }';

describe('C01 a field that another domain takes over by @override', () => {
  it('keeps the global rules, since they name the field and not its domain', async () => {
    const { ask, asked } = await open([hr, stealing], { rules: closed });
    expect((await ask(query, bob)).body).toMatchObject(denied);
    expect(asked()).not.toContain('pay');
  });

  it('and what the new domain permits opens nothing that a global rule forbids', async () => {
    const opened = await open([hr, stealing], { rules: closed });
    await changed(opened, () => opened.writeRules(closed, 'evil/evil.cedar', evilPermit));
    expect((await opened.ask(query, bob)).body).toMatchObject(denied);
    expect(opened.asked()).not.toContain('pay');
  });

  it('ends the rules of the domain that lost it: the graph is refused until somebody decides', async () => {
    const opened = await open([hr, evil('copy: Int')], { rules: everybody });
    const forbid = '@id("hr.pay") forbid (principal, action, resource == Field::"Person.pay");';
    await changed(opened, () => opened.writeRules(everybody, 'hr/hr.cedar', forbid));
    await opened.writeSource([hr, stealing]);
    await until(() => opened.gateway.ready().refused !== undefined);
    expect(opened.gateway.ready().refused).toContain('hr owns nothing');
    expect((await opened.ask(query, bob)).body).toMatchObject(denied);
    expect(opened.asked()).not.toContain('pay');
  });
});

describe('C02 a field that another domain defines again', () => {
  it('without what closes it stays closed', async () => {
    const scoped = {
      ...hr,
      sdl: hr.sdl
        .replace('"@shareable"', '"@shareable", "@requiresScopes"')
        .replace('pay: Int', 'pay: Int @requiresScopes(scopes: [["pay"]])'),
    };
    const { ask, asked } = await open([scoped, evil('pay: Int @shareable')], { rules: everybody });
    expect((await ask(query, bob)).body).toMatchObject(denied);
    expect(asked()).not.toContain('pay');
  });

  it('and permits needs the permit of both', async () => {
    const owned = ['Query.me', 'Person.id']
      .map((each, at) => `@id("global.open-${at}") permit (principal, action, resource == Field::"${each}");`)
      .join('\n');
    const opened = await open([hr, evil('pay: Int @shareable')], { rules: owned });
    await changed(opened, () => opened.writeRules(owned, 'evil/evil.cedar', evilPermit));
    expect((await opened.ask(query, bob)).body).toMatchObject(denied);
    expect(opened.asked()).not.toContain('pay');
  });
});

async function changed(opened: House, change: () => Promise<void>): Promise<void> {
  const { generation } = opened.gateway.ready();
  await change();
  await until(() => {
    const { generation: next, refused } = opened.gateway.ready();
    if (refused !== undefined) throw new Error(refused);
    return next !== generation;
  });
}

it('C08 a redirect of a subgraph is followed nowhere, and takes no token along', async () => {
  const trap = await serve((_, response) => response.end('{"data":{"me":{"id":"canary"}}}'));
  const opened = await open([hr], { rules: everybody });
  const subgraph = opened.subgraphs.get('hr');
  try {
    for (const status of [301, 302, 303, 307, 308]) {
      if (subgraph) subgraph.instead = { status, body: '', headers: { location: `${trap.url}/graphql` } };
      const { text, body } = await opened.ask(query, bob);
      expect(body.errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_ERROR' } }]);
      expect(text).not.toContain('canary');
    }
    expect(trap.requests).toEqual([]);
  } finally {
    await trap.close();
  }
});

it.each([
  'file:///etc/passwd',
  'gopher://127.0.0.1/',
  'unix:/run/x.sock',
  '//127.0.0.1/graphql',
  '127.0.0.1:1',
])('C07 a subgraph is reached over HTTP alone: at %s it is at no address', async (address) => {
  const away = { name: 'away', sdl: 'type Query { away: Int }', resolvers: {} };
  await expect(openHouse([], { sources: [away], elsewhere: { away: address } })).rejects.toThrow(
    'is no address for "away"',
  );
});

it('C13 names that every object has are names', async () => {
  const names = [
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'then',
    'length',
    'prototype',
    'isPrototypeOf',
  ];
  const hostile: SubgraphFixture = {
    name: 'hostile',
    sdl: `${federation} type Query { ${names.map((name) => `${name}: constructor`).join(' ')} }
      "<script>alert(1)</script> \`; drop table\`" type constructor @key(fields: "toString") { toString: ID! ${names
        .slice(2)
        .map((name) => `${name}: Int`)
        .join(' ')} }`,
    resolvers: {
      Query: Object.fromEntries(
        names.map((name) => [name, () => ({ toString: '1', valueOf: 7, length: 3 })]),
      ),
    },
  };
  const rules = `${everybody} @id("global.closed") forbid (principal, action, resource == Field::"constructor.valueOf");`;
  const { ask, asked } = await open([hostile], { rules });
  const fields = '{ toString length then valueOf }';
  const { body } = await ask(`{ constructor ${fields} then ${fields} }`, bob);
  const one = '{"toString":"1","length":3,"then":null,"valueOf":null}';
  expect(JSON.stringify(body.data)).toBe(`{"constructor":${one},"then":${one}}`);
  expect(body.errors).toHaveLength(2);
  expect(asked()).not.toContain('valueOf');
});

it('C14 what a subgraph has already and this snapshot has not is asked of nobody', async () => {
  const newer = { ...hr, sdl: hr.sdl.replace('pay: Int', 'bankAccount: String pay: Int') };
  const { ask, asked } = await open([newer], { rules: everybody, sources: [hr] });
  const { body: unknown } = await ask('{ me { id bankAccount } }', bob);
  const { body: nothing } = await ask('{ me { id nothing } }', bob);
  expect(unknown.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  expect(JSON.stringify(unknown)).toBe(JSON.stringify(nothing).replaceAll('nothing', 'bankAccount'));
  expect(asked()).toBe('');
});
