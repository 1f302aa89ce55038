import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type House, type HouseOptions, openHouse } from '../fixture/house.ts';
import { openToAll } from '../fixture/rules.ts';
import type { SubgraphFixture } from '../fixture/subgraph.ts';
import type { SnapshotSwapped } from '../observe/observers.ts';
import { createPlanner } from '../plan/planner.ts';
import type { Operation, Planner } from '../program.ts';
import { createThreadedToolchain } from '../threads/toolchain.ts';
import { inlineToolchain } from './inline-toolchain.ts';
import type { Toolchain } from './toolchain.ts';

const head = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag", "@requiresScopes"])`;
const fields = ['a', 'b', 'c', 'd'];

/** A graph of four fields, with further ones and with other rules from one to the next. */
function graph(more = '', rule = ''): SubgraphFixture {
  return {
    name: 'letters',
    sdl: `${head} type Query { ${fields.map((name) => `${name}: String ${name === 'b' ? rule : ''}`).join(' ')} ${more} }`,
    resolvers: { Query: Object.fromEntries(fields.map((name) => [name, () => name.toUpperCase()])) },
  };
}

/** Of each generation: what its planner was asked for, and how it bears that. */
interface Watched {
  readonly asked: string[];
  isClosed: boolean;
}

type Planned = ReturnType<Planner['plan']>;
type Bearing = (operation: Operation, plan: () => Planned) => Planned | undefined;

/** Plans in this thread; from the second generation on, `bearing` can stand in. */
function watching(planners: Watched[], bearing: Bearing = () => undefined): (source: string) => Toolchain {
  return () => ({
    ...inlineToolchain,
    async createPlanner(sdl) {
      const planner = createPlanner(sdl);
      const watched: Watched = { asked: [], isClosed: false };
      const isFirst = planners.push(watched) === 1;
      return {
        plan(operation, labels) {
          watched.asked.push([operation.key.replace(/\s+/g, ' '), ...(labels ?? [])].join(' '));
          const plan = () => planner.plan(operation, labels);
          return (isFirst ? undefined : bearing(operation, plan)) ?? plan();
        },
        async close() {
          watched.isClosed = true;
        },
      };
    },
  });
}

let house: House;
let swaps: SnapshotSwapped[];
afterEach(() => house.close());

async function open(options: HouseOptions): Promise<void> {
  swaps = [];
  const observers = { snapshotSwapped: (event: SnapshotSwapped) => void swaps.push(event) };
  house = await openHouse([graph()], { ...options, observers });
}

async function swapTo(...next: readonly SubgraphFixture[]): Promise<SnapshotSwapped> {
  const { length } = swaps;
  await house.writeSource(next);
  while (swaps.length === length) await sleep(10);
  // The event comes just before the snapshot is in force.
  while (house.gateway.ready().generation !== swaps[length]?.generation) await sleep(1);
  return swaps[length] as SnapshotSwapped;
}

async function times(count: number, query: string): Promise<void> {
  for (let at = 0; at < count; at += 1) await house.ask(query);
}

describe('before a snapshot is switched in', () => {
  it('what is in use is planned, so that its first request finds a plan', async () => {
    const planners: Watched[] = [];
    const tellsKinds = `@id("global.known")
      permit (principal, action, resource) when { principal.kind != Kind::"anonymous" };`;
    await open({ toolchain: watching(planners), rules: `${openToAll}${tellsKinds}` });
    const conditional = 'query ($yes: Boolean!) { a @include(if: $yes) b @skip(if: $yes) }';
    const several = 'query A { a } query B { c d }';
    const ask = async () => [
      await house.ask('{ a b }'),
      await house.ask('{ a b }', { scopes: ['catalog:read'] }),
      await house.ask(conditional, { variables: { yes: true } }),
      await house.ask(conditional, { variables: { yes: false } }),
      await house.ask(several, { operationName: 'B' }),
    ];
    const before = await ask();
    const swap = await swapTo(graph('e: String'));
    const [, next] = planners;
    const warmed = next?.asked.length;
    expect(swap.warmUp).toMatchObject({ planned: 5, passedOver: 0, failed: 0, left: 0 });
    expect(new Set(next?.asked)).toEqual(new Set(['{ a b }', '{ a }', '{ b }', 'query B { c d }']));
    expect((await ask()).map(({ body }) => body)).toEqual(before.map(({ body }) => body));
    expect(next?.asked.length).toBe(warmed);
    await house.ask('{ d }');
    expect(next?.asked.at(-1)).toBe('{ d }');
  });

  it('what is no longer valid is passed over, and what is denied now is not planned', async () => {
    const planners: Watched[] = [];
    await open({ toolchain: watching(planners) });
    await house.ask('{ a b }');
    await house.ask('{ c }');
    const { warmUp } = await swapTo({
      ...graph('', '@requiresScopes(scopes: [["b:read"]])'),
      sdl: graph('', '@requiresScopes(scopes: [["b:read"]])').sdl.replace('c: String', ''),
    });
    expect(warmUp).toMatchObject({ planned: 1, passedOver: 1 });
    expect(planners[1]?.asked).toEqual(['{ a }']);
    expect((await house.ask('{ a b }')).body).toMatchObject({ data: { a: 'A', b: null } });
  });

  it('the most used come first, and no more than the bound', async () => {
    const planners: Watched[] = [];
    await open({ toolchain: watching(planners), warmUp: { operations: 2 } });
    await times(1, '{ a }');
    await times(3, '{ b }');
    await times(2, '{ c }');
    const { warmUp } = await swapTo(graph('e: String'));
    expect(planners[1]?.asked).toEqual(['{ b }', '{ c }']);
    expect(warmUp).toMatchObject({ planned: 2, left: 1 });
  });

  it('what nobody asks for any more is forgotten over a few snapshots', async () => {
    const planners: Watched[] = [];
    await open({ toolchain: watching(planners) });
    await times(2, '{ a }');
    await times(1, '{ b }');
    for (const more of ['e', 'f', 'g']) await swapTo(graph(`${more}: String`));
    expect(planners.slice(1).map(({ asked }) => asked)).toEqual([['{ a }', '{ b }'], ['{ a }'], []]);
  });

  it('an operation that a label of `@override` moves has a plan with it and one without', async () => {
    const planners: Watched[] = [];
    await open({ toolchain: watching(planners) });
    await house.ask('{ a }');
    const { warmUp } = await swapTo(graph(), {
      name: 'moved',
      sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@override"])
        type Query { a: String @override(from: "letters", label: "percent(50)") }`,
      resolvers: {},
    });
    expect(planners[1]?.asked).toEqual(['{ a } percent(50)', '{ a }']);
    expect(warmUp).toMatchObject({ planned: 1 });
  });

  it('with threads too', async () => {
    await open({ toolchain: createThreadedToolchain });
    await house.ask('{ a b }');
    expect((await swapTo(graph('e: String'))).warmUp).toMatchObject({ planned: 1, failed: 0, left: 0 });
    expect((await house.ask('{ a b }')).body).toEqual({ data: { a: 'A', b: 'B' } });
  });
});

describe('a warm-up', () => {
  it('that fails does not hinder the swap', async () => {
    const planners: Watched[] = [];
    const fail = () => {
      throw new TypeError('the planner is broken');
    };
    await open({ toolchain: watching(planners, ({ key }) => (key.includes('b') ? fail() : undefined)) });
    await times(2, '{ b }');
    await house.ask('{ a }');
    const { warmUp } = await swapTo(graph('e: String'));
    expect(warmUp).toMatchObject({ planned: 1, failed: 1 });
    expect((await house.ask('{ a e: c }')).body).toEqual({ data: { a: 'A', e: 'C' } });
  });

  it('that does not end is left in time', async () => {
    const planners: Watched[] = [];
    const never = new Promise<never>(() => {});
    await open({
      toolchain: watching(planners, ({ key }) => (key.includes('b') ? never : undefined)),
      warmUp: { timeoutMs: 50 },
    });
    await times(2, '{ b }');
    await house.ask('{ a }');
    const { warmUp } = await swapTo(graph('e: String'));
    expect(warmUp).toMatchObject({ planned: 0, failed: 0, left: 2 });
    expect((await house.ask('{ a }')).body).toEqual({ data: { a: 'A' } });
  });

  it('is off the path of requests: the snapshot before serves meanwhile', async () => {
    const planners: Watched[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await open({
      toolchain: watching(planners, (_, plan) => held.then(plan)),
      warmUp: { timeoutMs: 600_000 },
    });
    const { generation } = house.gateway.ready();
    await house.ask('{ a }');
    await house.writeSource([graph('e: String')]);
    while (planners[1]?.asked.length !== 1) await sleep(10);
    expect((await house.ask('{ a }')).body).toEqual({ data: { a: 'A' } });
    expect((await house.ask('{ b }')).body).toEqual({ data: { b: 'B' } });
    expect(house.gateway.ready().generation).toBe(generation);
    expect(swaps.length).toBe(1);
    release();
    while (house.gateway.ready().generation === generation) await sleep(10);
    expect(swaps[1]?.warmUp).toMatchObject({ planned: 1 });
  });

  it('ends with the gateway', async () => {
    const planners: Watched[] = [];
    const never = new Promise<never>(() => {});
    await open({ toolchain: watching(planners, () => never), warmUp: { timeoutMs: 600_000 } });
    await house.ask('{ a }');
    await house.writeSource([graph('e: String')]);
    while (planners[1]?.asked.length !== 1) await sleep(10);
    await house.gateway.close();
    while (planners[1]?.isClosed !== true) await sleep(10);
    expect(planners.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  });
});
