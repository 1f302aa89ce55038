/** A gateway with real subgraphs behind a real port, for clients as they are installed: one that publishes, one that joins. */
import { type House, type HouseOptions, openHouse } from '@portcullis/gateway/fixture/house';
import type { RunningSubgraph, SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requiresScopes"])';

const live: SubgraphFixture = {
  name: 'live',
  sdl: `${link}
    type Query { streams: [Stream] }
    type Mutation { rename(id: ID!, title: String!): Stream }
    type Subscription { viewers: Stream secret: Int @requiresScopes(scopes: [["none"]]) }
    type Stream @key(fields: "id") { id: ID! viewers: Int title: String }`,
  resolvers: {
    Query: { streams: () => [{ id: '1', viewers: 3, title: 'Äther' }] },
    Mutation: { rename: (_: unknown, given: { id: string; title: string }) => given },
  },
};

const music: SubgraphFixture = {
  name: 'music',
  sdl: `${link} type Stream @key(fields: "id") { id: ID! artist: String }`,
  resolvers: { Stream: { artist: ({ id }: { id: string }) => `artist ${id}` } },
};

export interface Live {
  readonly house: House;
  readonly url: string;
  readonly source: RunningSubgraph;
  /** Resolves when so many are subscribed at the source. */
  subscribed(count: number): Promise<void>;
  publish(viewers: number): void;
  close(): Promise<void>;
}

export const subscription = 'subscription { viewers { viewers title artist } }';
export const query = '{ streams { id title artist } }';
export const streams = [{ id: '1', title: 'Äther', artist: 'artist 1' }];

export async function openLive(options: HouseOptions = {}): Promise<Live> {
  const house = await openHouse([live, music], options);
  const { url } = await house.listen();
  const source = house.subgraphs.get('live');
  if (source === undefined) throw new Error('no subgraph publishes');
  return {
    house,
    url: `${url}/graphql`,
    source,
    subscribed: (count) => until(() => source.events.subscribers === count),
    publish: (viewers) => source.events.publish({ id: '1', viewers, title: `Ä${viewers}` }),
    close: () => house.close(),
  };
}

/** What {@link Live.publish} comes to. */
export const result = (viewers: number) => ({
  viewers: { viewers, title: `Ä${viewers}`, artist: 'artist 1' },
});

async function until(check: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!check()) {
    if (Date.now() > end) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
