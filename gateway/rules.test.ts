/** Rules in force, through the front door: what they refuse, show in another form, and when they do so from. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type House, type HouseOptions, openHouse } from './fixture/house.ts';
import { openToAll } from './fixture/rules.ts';
import type { SubgraphFixture } from './fixture/subgraph.ts';
import type { AccessMeasured, SnapshotSwapped } from './observe/observers.ts';
import { inlineToolchain } from './snapshot/inline-toolchain.ts';
import { createThreadedToolchain } from './threads/toolchain.ts';

const people: SubgraphFixture = {
  name: 'people',
  sdl: `
    extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag", "@composeDirective"])
      @link(url: "https://portcullis.dev/spec/v1.0", import: ["@usesNothing"])
      @composeDirective(name: "@usesNothing")
    directive @usesNothing(reason: String) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
    type Query { person: Person  find(text: String): Person  first(count: Int = 1 @usesNothing): Person }
    type Mutation { rename: Person }
    type Subscription { renamed: Person }
    type Person @key(fields: "id") { id: ID!  name: String  email: String @tag(name: "pii")  card: String @tag(name: "financial") }`,
  resolvers: {
    Query: { person: () => ann, find: () => ann, first: () => ann },
    Mutation: { rename: () => ann },
  },
};
const ann = { id: '1', name: 'Ann', email: 'ann@example.org', card: '4111111111111234' };
const bob = { scopes: ['any'] };

const forbid = (id: string, resource: string, more = '') =>
  `${openToAll} @id("global.${id}") forbid (principal, action, resource in ${resource}) ${more};`;
const noEmail = forbid('no-email', 'Tag::"pii"');

let house: House;
afterEach(() => house.close());

async function open(options: HouseOptions = {}): Promise<void> {
  house = await openHouse([people], options);
}

async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 5_000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error('it did not come');
    await sleep(10);
  }
}

const email = async () => (await house.ask('{ person { name email } }', bob)).body;
const opened = { data: { person: { name: 'Ann', email: 'ann@example.org' } } };
const closed = {
  data: { person: { name: 'Ann', email: null } },
  errors: [
    {
      message: 'Access to this field is denied.',
      path: ['person', 'email'],
      extensions: { code: 'FORBIDDEN' },
    },
  ],
};

describe('rules', () => {
  it('refuse what they forbid, whoever the graph would let', async () => {
    await open({ rules: noEmail });
    expect(await email()).toEqual(closed);
    expect(house.asked()).not.toContain('email');
  });

  it('show in another form what they mask, in queries, payloads and events, and refuse to filter by it', async () => {
    const rules = `${openToAll}
      @id("global.card") @mask("last:4")
      forbid (principal, action in [Action::"read", Action::"subscribe"], resource in Tag::"financial");`;
    await open({ rules });
    const masked = { card: '************1234' };
    expect((await house.ask('{ person { card } }', bob)).body).toEqual({ data: { person: masked } });
    expect((await house.ask('mutation { rename { card } }', bob)).body).toEqual({ data: { rename: masked } });
    const results = house.subscribe('subscription { renamed { card } }', bob);
    const first = results.next();
    const { events } = house.subgraphs.get('people') ?? {};
    await until(() => events?.subscribers === 1);
    events?.publish(ann);
    expect((await first).value).toEqual({ data: { renamed: masked } });
    await house.subgraphs.get('people')?.stop();
    await results.return(undefined);
  });

  it('are about every column that an unmarked argument may look at', async () => {
    await open({ rules: noEmail });
    const refused = { data: { find: null }, errors: [{ path: ['find'], extensions: { code: 'FORBIDDEN' } }] };
    for (const query of ['{ find(text: "x") { name } }', '{ find(text: null) { name } }'])
      expect((await house.ask(query, bob)).body).toMatchObject(refused);
    expect(house.asked()).toBe('');
    expect((await house.ask('{ find { name } first { name } }', bob)).body).toEqual({
      data: { find: { name: 'Ann' }, first: { name: 'Ann' } },
    });
  });

  it('tell the zones of callers apart, by addresses that no header can change', async () => {
    await open({
      rules: forbid('not-outside', 'Tag::"pii"', 'when { context.zone == Zone::"internet" }'),
    });
    expect(await email()).toEqual(closed);
    const spoofed = { ...bob, headers: { 'x-forwarded-for': '10.0.0.1', zone: 'corp' } };
    expect((await house.ask('{ person { name email } }', spoofed)).body).toEqual(closed);
  });
});

describe('other rules', () => {
  it('are in force within two seconds, without a plan or a graph made anew', async () => {
    const swaps: SnapshotSwapped[] = [];
    let planners = 0;
    let compositions = 0;
    await open({
      observers: { snapshotSwapped: (event) => void swaps.push(event) },
      toolchain: () => ({
        ...inlineToolchain,
        compose(file) {
          compositions += 1;
          return inlineToolchain.compose(file);
        },
        createPlanner(sdl) {
          planners += 1;
          return inlineToolchain.createPlanner(sdl);
        },
      }),
    });
    expect(await email()).toEqual(opened);
    const started = Date.now();
    await house.writeRules(noEmail);
    await until(async () => (await email()).errors !== undefined);
    expect(Date.now() - started).toBeLessThan(2_000);
    expect(await email()).toEqual(closed);
    await house.writeRules(openToAll);
    await until(async () => (await email()).errors === undefined);
    expect([compositions, planners, swaps.length]).toEqual([1, 1, 3]);
    expect(swaps[2]?.generation).toBe(swaps[0]?.generation);
  });

  it('may come in a file and a folder that were not there', async () => {
    await open();
    expect(await email()).toEqual(opened);
    await house.writeRules(
      openToAll,
      'people/rules.cedar',
      '@id("people.no") forbid (principal, action, resource in Domain::"people");',
    );
    await until(async () => (await house.ask('{ person { name } }', bob)).body.data?.person === null);
    await rm(join(house.folder, 'policies/people/rules.cedar'));
    await until(async () => (await email()).errors === undefined);
  });

  it('that are wrong leave those before in force, loudly, until they are mended', async () => {
    const refusals: string[] = [];
    const mended: string[] = [];
    await open({
      rules: noEmail,
      observers: {
        snapshotRefused: ({ message }) => void refusals.push(message),
        snapshotMended: ({ serving }) => void mended.push(serving),
      },
    });
    const { generation } = house.gateway.ready();
    await house.writeRules('@id("global.typo")\npermit (principal, acton, resource);');
    await until(() => house.gateway.ready().refused !== undefined);
    expect(house.gateway.ready()).toMatchObject({ ready: true, generation });
    expect(house.gateway.ready().refused).toMatch(/^global\/rules\.cedar:2: error: is no policy of Cedar's/);
    expect(await email()).toEqual(closed);
    await rm(join(house.folder, 'policies/global/vocabulary.yaml'));
    await until(() => refusals.length === 2);
    expect(await email()).toEqual(closed);
    expect(mended).toEqual([]);
    // As it was: nothing is switched in, and it is told all the same.
    await house.writeRules(noEmail);
    await until(() => mended.length === 1);
    expect(mended).toEqual([generation]);
    expect(house.gateway.ready()).toMatchObject({ generation, refused: undefined });
  });

  it('do not wait for a graph that cannot be served', async () => {
    await open();
    await writeFile(join(house.folder, 'people.graphql'), 'type Query { person: Nobody }');
    await until(() => house.gateway.ready().refused !== undefined);
    await house.writeRules(noEmail);
    await until(async () => (await email()).errors !== undefined);
    expect(await email()).toEqual(closed);
    expect(house.gateway.ready().refused).toMatch(/does not compose/);
  });

  it('that are none do not let a gateway start', async () => {
    await open();
    await expect(openHouse([people], { rules: '' })).rejects.toThrow('has no rule in it');
  });
});

describe('an open subscription', () => {
  const query = 'subscription { renamed { name email } }';
  const withdrawn = {
    errors: [{ message: expect.stringContaining('Subscribe again'), extensions: { code: 'FORBIDDEN' } }],
  };

  async function subscribed(options: HouseOptions = {}) {
    await open(options);
    const results = house.subscribe(query, bob);
    const first = results.next();
    const { events } = house.subgraphs.get('people') ?? {};
    await until(() => events?.subscribers === 1);
    return { results, first, publish: () => events?.publish(ann), subscribers: () => events?.subscribers };
  }

  it('ends as soon as other rules forbid it, although nothing happens on it', async () => {
    const { first, results, subscribers } = await subscribed();
    await house.writeRules(forbid('no-people', 'Type::"Person"'));
    expect((await first).value).toEqual(withdrawn);
    expect((await results.next()).done).toBe(true);
    await until(() => subscribers() === 0);
  });

  it('ends where its source was asked for what is forbidden now', async () => {
    const { first, results, publish } = await subscribed();
    publish();
    expect((await first).value).toEqual({ data: { renamed: { name: 'Ann', email: 'ann@example.org' } } });
    const next = results.next();
    await house.writeRules(noEmail);
    expect((await next).value).toEqual(withdrawn);
  });

  it('is decided by the hour of each event', async () => {
    const hour = new Date().getUTCHours();
    const closing = `@id("global.hours") forbid (principal, action, resource in Type::"Person") unless { context.hour == ${hour} };`;
    await open({ rules: `${openToAll} ${closing}` });
    const results = house.subscribe(query);
    const first = results.next();
    const { events } = house.subgraphs.get('people') ?? {};
    await until(() => events?.subscribers === 1);
    events?.publish(ann);
    expect((await first).value).toHaveProperty('data.renamed.name', 'Ann');
    const later = Date.now() + 3_600_000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(later);
    try {
      events?.publish(ann);
      expect((await results.next()).value).toEqual(withdrawn);
    } finally {
      clock.mockRestore();
    }
  });

  it('ends where its source publishes by a filter of rows that is another one now', async () => {
    const sources = { ...people, enforces: ['rows', 'groups', 'columns'] as const };
    house = await openHouse([sources]);
    const results = house.subscribe('subscription { renamed { name } }', bob);
    const first = results.next();
    const { events } = house.subgraphs.get('people') ?? {};
    await until(() => events?.subscribers === 1);
    await house.writeRules(`${openToAll} @id("global.rows") @rowFilter("name = principal.region")
      forbid (principal, action, resource in Type::"Person");`);
    expect((await first).value).toEqual(withdrawn);
    await results.return(undefined);
  });
});

describe('rules that are measured', () => {
  it('change nothing, and what they would is told', async () => {
    const told: AccessMeasured[] = [];
    let toldAtEnd: number | undefined;
    await open({
      rules: openToAll,
      measured: `${noEmail} @id("global.card") @mask("last:4")
        forbid (principal, action == Action::"read", resource in Tag::"financial");`,
      observers: {
        accessMeasured: (event) => void told.push(event),
        closed: () => {
          toldAtEnd = told.length;
        },
      },
    });
    const ask = async () => (await house.ask('{ person { email card } find(text: "x") { id } }', bob)).body;
    await until(async () => {
      expect((await ask()).errors).toBeUndefined();
      return told.length > 0;
    });
    expect(told[0]).toEqual({
      kind: 'human',
      differences: {
        refused: ['Person.email', 'Query.find(text:)'],
        masked: ['Person.card'],
      },
    });
    expect(toldAtEnd).toBeUndefined();
    await house.gateway.close();
    expect(toldAtEnd).toBe(told.length);
  });

  it('that are wrong are told, and hinder nobody', async () => {
    const refused: string[] = [];
    await open({
      measured: 'permit (principal, acton, resource);',
      observers: { candidateRefused: ({ message }) => void refused.push(message) },
    });
    expect(await email()).toEqual(opened);
    await until(() => refused.length === 1);
    expect(house.gateway.ready().refused).toBeUndefined();
  });
});

describe('rules in a thread', () => {
  it('say the same, and change as soon', async () => {
    await open({ rules: noEmail, toolchain: createThreadedToolchain });
    expect(await email()).toEqual(closed);
    await house.writeRules(openToAll);
    await until(async () => (await email()).errors === undefined);
    await house.writeRules('nonsense');
    await until(() => house.gateway.ready().refused !== undefined);
    expect(house.gateway.ready().refused).toMatch(/global\/rules\.cedar:1: error/);
    expect(await email()).toEqual(opened);
  }, 30_000);
});

describe('what is computed of a field that is denied', () => {
  const link = `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag", "@external", "@requires", "@composeDirective"])
    @link(url: "https://portcullis.dev/spec/v1.0", import: ["@declassify"])
    @composeDirective(name: "@declassify")
    directive @declassify(reason: String!) on FIELD_DEFINITION`;
  const born = (more: string): SubgraphFixture => ({
    name: 'born',
    sdl: `${link} type Query { person: Person }
      type Person @key(fields: "id") { id: ID! born: String @tag(name: "pii") ${more} }`,
    resolvers: { Query: { person: () => ({ id: '1', born: '1980-05-06' }) } },
  });
  const ages: SubgraphFixture = {
    name: 'ages',
    sdl: `${link} type Person @key(fields: "id") { id: ID! born: String @external adult: Boolean @requires(fields: "born") }`,
    resolvers: { Person: { adult: ({ born }: { born: string }) => born < '2008' } },
  };
  const asked = async () => (await house.ask('{ person { adult born } }', bob)).body.data;

  it('is denied too', async () => {
    house = await openHouse([born(''), ages], { rules: noEmail });
    expect(await asked()).toEqual({ person: { adult: null, born: null } });
    expect(house.asked()).not.toContain('born');
  });

  it('is there where the owner says that it tells less, and the field itself is not', async () => {
    house = await openHouse([born('@declassify(reason: "adult or not is public")'), ages], {
      rules: noEmail,
    });
    expect(await asked()).toEqual({ person: { adult: true, born: null } });
  });
});
