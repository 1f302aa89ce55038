import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { crowd, hops } from '../fixture/crowd.ts';
import { type House, type HouseOptions, openHouse } from '../fixture/house.ts';
import type { SubgraphFixture } from '../fixture/subgraph.ts';
import { inlineToolchain } from '../snapshot/inline-toolchain.ts';
import { createThreadedPlanner } from './planner.ts';
import { Thread } from './thread.ts';
import { createThreadedToolchain } from './toolchain.ts';

let houses: House[] = [];
afterEach(async () => {
  for (const house of houses) await house.close();
  houses = [];
});

async function open(fixtures: readonly SubgraphFixture[], options: HouseOptions): Promise<House> {
  const house = await openHouse(fixtures, options);
  houses.push(house);
  return house;
}

const threads: HouseOptions = { toolchain: createThreadedToolchain };

/** The longest time, in milliseconds, that nothing else could run here while `work` was done. */
async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  // It measures from one of its ticks to the next.
  await setTimeout(20);
  await work();
  await setTimeout(20);
  delay.disable();
  return delay.max / 1e6;
}

/** Many types that two subgraphs share: what takes long to compose and to plan by. */
function large(note: string): readonly SubgraphFixture[] {
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
  const types = (fields: (at: number) => string) =>
    Array.from({ length: 100 }, (_, at) => `type T${at} @key(fields: "id") { id: ID! ${fields(at)} }`).join(
      '\n',
    );
  const columns = (prefix: string) =>
    Array.from({ length: 12 }, (_, at) => `${prefix}${at}(by: Int): String`).join(' ');
  const roots = Array.from({ length: 100 }, (_, at) => `t${at}: T${at}`).join(' ');
  return [
    {
      name: 'one',
      sdl: `${link} type Query { ok: String ${roots} } ${types((at) => `next: T${(at + 1) % 100} ${columns('a')}`)}`,
      resolvers: { Query: { ok: () => 'yes' } },
    },
    {
      name: 'two',
      sdl: `${link} type Query { ${note}: String } ${types(() => columns('b'))}`,
      resolvers: { Query: {} },
    },
  ];
}

async function swapped(house: House, sources: readonly SubgraphFixture[]): Promise<void> {
  const { generation } = house.gateway.ready();
  await house.writeSource(sources);
  while (house.gateway.ready().generation === generation) await setTimeout(10);
}

describe('with threads', () => {
  it('a large graph is composed and swapped in while requests are answered', async () => {
    const inline = await open(large('before'), {});
    const blocked = await longestBlock(() => swapped(inline, large('after')));
    const threaded = await open(large('before'), threads);
    const answers: number[] = [];
    let isSwapping = true;
    const client = async () => {
      for (let at = 0; isSwapping; at += 1) {
        // Every other one is new and has to be planned, by the generation before or by the one after.
        const { status, body } = await threaded.ask(at % 2 === 0 ? '{ ok }' : `{ a${at}: ok }`);
        expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
        answers.push(status);
        await setTimeout(5);
      }
    };
    const asking = client();
    const stayed = await longestBlock(() => swapped(threaded, large('after')));
    isSwapping = false;
    await asking;
    expect(answers.length).toBeGreaterThan(20);
    expect(blocked).toBeGreaterThan(200);
    expect(stayed).toBeLessThan(blocked / 2);
    const { body } = await threaded.ask('{ __schema { queryType { fields { name } } } }');
    expect(body.data.__schema.queryType.fields).toContainEqual({ name: 'after' });
  }, 60_000);

  it('a costly operation is planned while others are answered, and one that costs too much is refused', async () => {
    const limits = { depth: 60, tokens: 3_000 };
    const inline = await open(crowd, { limits });
    const threaded = await open(crowd, { ...threads, limits });
    const costly = [40, 60, 80].map((count) => hops(count, 2));
    const ask = (house: House) => Promise.all(costly.map((text) => house.ask(text)));
    const small = '{ titles { title } }';
    await threaded.ask(small);
    const blocked = await longestBlock(() => ask(inline));
    let slowest = 0;
    const stayed = await longestBlock(async () => {
      const answered = ask(threaded);
      const refused = threaded.ask(hops(1, 12));
      for (let at = 0; at < 20; at += 1) {
        const started = performance.now();
        expect((await threaded.ask(small)).body).toEqual({ data: { titles: [{ title: 'A film' }] } });
        slowest = Math.max(slowest, performance.now() - started);
      }
      expect((await refused).body.errors).toMatchObject([{ extensions: { code: 'COST_LIMIT' } }]);
      for (const { body } of await answered) expect(body.errors).toBeUndefined();
    });
    expect(blocked).toBeGreaterThan(100);
    expect(stayed).toBeLessThan(blocked);
    expect(slowest).toBeLessThan(blocked);
  });

  it('who has waited for a plan until the deadline is told so; others wait on', async () => {
    const start = () => {
      const file = new URL('../fixture/fragile-planner-thread', import.meta.url);
      return new Thread({ file, memoryMb: 128, environment: {} });
    };
    const createPlanner = (sdl: string) => createThreadedPlanner(sdl, { start, mostMilliseconds: 3_000 });
    const house = await open(crowd, { toolchain: () => ({ ...inlineToolchain, createPlanner }) });
    const leaves = new AbortController();
    const leaving = house.ask('query Spin { titles { id } }', { signal: leaves.signal });
    const staying = house.ask('{ titles { title } }');
    const started = performance.now();
    leaves.abort(new DOMException('the deadline of the request has passed', 'TimeoutError'));
    expect((await leaving).body.errors).toMatchObject([{ extensions: { code: 'REQUEST_TIMEOUT' } }]);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect((await staying).body).toEqual({ data: { titles: [{ title: 'A film' }] } });
  });

  it('a graph that does not compose is refused in the words of composition, and the one before goes on', async () => {
    const house = await open(crowd, threads);
    const [video, billing] = crowd;
    const withTypes = (types: string) =>
      [video, { ...billing, sdl: `${billing?.sdl} ${types}` }] as readonly SubgraphFixture[];
    await house.writeSource(withTypes('type Broken { x: Nothing }'));
    while (house.gateway.ready().refused === undefined) await setTimeout(10);
    expect(house.gateway.ready().refused).toMatch(
      /billing\.graphql:\d+:\d+ \(billing, owned by billing-team\)[\s\S]*Nothing/,
    );
    expect((await house.ask('{ titles { title revenue } }')).body.errors).toBeUndefined();
    await swapped(house, withTypes('type Mended { x: Int }'));
    expect(house.gateway.ready().refused).toBeUndefined();
  });
});
