import { setMaxListeners } from 'node:events';
import { ApolloClient, gql, HttpLink, InMemoryCache, split } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { getMainDefinition } from '@apollo/client/utilities';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { GraphQLClient } from 'graphql-request';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type Live, openLive, query, result, streams, subscription } from './live.ts';

// Each is the newest of its kind, with the settings that its own documentation begins with.
setMaxListeners(0);

let live: Live;
let authorization: string;
beforeAll(async () => {
  live = await openLive({ anonymous: 'deny' });
  authorization = await live.house.authorization(['catalog:read']);
});
beforeEach(() => live.subscribed(0));
afterAll(() => live.close());

const wsUrl = () => live.url.replace(/^http/, 'ws');
const sse = () => createSseClient({ url: live.url, headers: () => ({ authorization }), retryAttempts: 0 });
const ws = () =>
  createWsClient({
    url: wsUrl(),
    webSocketImpl: WebSocket,
    connectionParams: () => ({ Authorization: authorization }),
    retryAttempts: 0,
  });

interface Taken {
  readonly data?: unknown;
  readonly errors?: readonly unknown[] | undefined;
}

/** Takes so many results; the client then leaves. */
async function take(count: number, results: AsyncIterable<Taken>): Promise<readonly Taken[]> {
  const taken: Taken[] = [];
  for await (const each of results) {
    taken.push(each);
    if (taken.length === count) break;
  }
  return taken;
}

async function publish(...viewers: readonly number[]): Promise<void> {
  await live.subscribed(1);
  for (const each of viewers) live.publish(each);
}

describe.each([
  ['graphql-sse', sse],
  ['graphql-ws', ws],
] as const)('%s', (_, create) => {
  it('gets a subscription, and its leaving reaches the subgraph', async () => {
    const client = create();
    const results = take(3, client.iterate({ query: subscription }));
    await publish(1, 2, 3);
    expect(await results).toEqual([1, 2, 3].map((viewers) => ({ data: result(viewers) })));
    await live.subscribed(0);
    await client.dispose();
  });

  it('gets the end of a subscription', async () => {
    const client = create();
    const results = take(9, client.iterate({ query: subscription }));
    await publish(1);
    live.source.events.complete();
    expect(await results).toEqual([{ data: result(1) }]);
    await client.dispose();
  });

  it('gets a query and a mutation', async () => {
    const client = create();
    expect(await take(9, client.iterate({ query }))).toEqual([{ data: { streams } }]);
    const mutation = 'mutation ($t: String!) { rename(id: 7, title: $t) { title artist } }';
    expect(await take(9, client.iterate({ query: mutation, variables: { t: '"\n' } }))).toEqual([
      { data: { rename: { title: '"\n', artist: 'artist 7' } } },
    ]);
    await client.dispose();
  });
});

it.each([
  ['{ nonsense }', 'GRAPHQL_VALIDATION_FAILED'],
  ['subscription { secret }', 'FORBIDDEN'],
])('graphql-sse and graphql-ws are told why %s is refused', async (refused, code) => {
  const [told] = await take(9, sse().iterate({ query: refused }));
  expect(told?.errors).toMatchObject([{ extensions: { code } }]);
  const client = ws();
  await expect(take(9, client.iterate({ query: refused }))).rejects.toMatchObject([{ extensions: { code } }]);
  await client.dispose();
});

it.each<[number, string, object]>([
  [4403, 'connects again', { purpose: 'sales' }],
  [4400, 'gives up', { purpose: 'a, b' }],
])('graphql-ws %s: it %s', async (code, then, said) => {
  let connected = 0;
  const client = createWsClient({
    url: wsUrl(),
    webSocketImpl: WebSocket,
    retryAttempts: 1,
    retryWait: async () => {},
    connectionParams: () => {
      connected += 1;
      return { Authorization: authorization, ...said };
    },
  });
  await expect(take(1, client.iterate({ query }))).rejects.toMatchObject({ code });
  expect(connected).toBe(then === 'connects again' ? 2 : 1);
  await client.dispose();
});

describe('urql', () => {
  const create = (exchange: ReturnType<typeof subscriptionExchange>) =>
    new Client({
      url: live.url,
      preferGetMethod: false,
      exchanges: [exchange, fetchExchange],
      fetchOptions: { headers: { authorization } },
    });

  it.each([
    ['graphql-sse', sse],
    ['graphql-ws', ws],
  ] as const)('subscribes with %s, and queries over HTTP', async (_, createTransport) => {
    const transport = createTransport();
    const client = create(
      subscriptionExchange({
        forwardSubscription: (operation) => ({
          subscribe: (sink) => ({
            unsubscribe: transport.subscribe(
              { ...operation, query: operation.query ?? '' } as never,
              sink as never,
            ),
          }),
        }),
      }),
    );
    const results: unknown[] = [];
    const { unsubscribe } = client.subscription(subscription, {}).subscribe(({ data }) => results.push(data));
    await publish(4, 5);
    while (results.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(results).toMatchObject([result(4), result(5)]);
    unsubscribe();
    await live.subscribed(0);
    expect((await client.query(query, {})).data).toMatchObject({ streams });
    await transport.dispose();
  });

  it('subscribes over its own fetch, which takes an event stream', async () => {
    const client = new Client({
      url: live.url,
      preferGetMethod: false,
      exchanges: [fetchExchange],
      fetchSubscriptions: true,
      fetchOptions: { headers: { authorization } },
    });
    const results: unknown[] = [];
    const { unsubscribe } = client.subscription(subscription, {}).subscribe(({ data }) => results.push(data));
    await publish(6, 7);
    while (results.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(results).toMatchObject([result(6), result(7)]);
    unsubscribe();
    await live.subscribed(0);
  });
});

describe('Apollo Client', () => {
  const create = (link: ConstructorParameters<typeof ApolloClient>[0]['link']) =>
    new ApolloClient({ cache: new InMemoryCache(), link });
  const http = () => new HttpLink({ uri: live.url, headers: { authorization } });

  async function results(client: ApolloClient, viewers: readonly number[]): Promise<readonly unknown[]> {
    const seen: unknown[] = [];
    const subscribed = client
      .subscribe({ query: gql(subscription) })
      .subscribe(({ data }) => void seen.push(data));
    await publish(...viewers);
    while (seen.length < viewers.length) await new Promise((resolve) => setTimeout(resolve, 5));
    subscribed.unsubscribe();
    await live.subscribed(0);
    return seen;
  }

  it('subscribes over a WebSocket, and queries over HTTP', async () => {
    const transport = ws();
    const link = split(
      (operation) => {
        const main = getMainDefinition(operation.query);
        return main.kind === 'OperationDefinition' && main.operation === 'subscription';
      },
      new GraphQLWsLink(transport),
      http(),
    );
    const client = create(link);
    expect(await results(client, [1, 2])).toMatchObject([result(1), result(2)]);
    expect((await client.query({ query: gql(query) })).data).toMatchObject({ streams });
    client.stop();
    await transport.dispose();
  });

  it('subscribes over HTTP, by its own multipart protocol', async () => {
    const client = create(http());
    expect(await results(client, [3, 4])).toMatchObject([result(3), result(4)]);
    client.stop();
  });
});

it('graphql-request queries, and is told what a subscription needs', async () => {
  const client = new GraphQLClient(live.url, { headers: { authorization } });
  expect(await client.request(query)).toEqual({ streams });
  await expect(client.request(subscription)).rejects.toThrow('Accept text/event-stream');
  expect(live.house.asked('live')).not.toContain('subscription { viewers { viewers title artist } }');
});
