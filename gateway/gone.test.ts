/** Whoever is shut out while nothing happens, or takes nothing: the connection is closed within two seconds all the same (J05, J06). */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { createSigner, serve, type TestServer, trustedIssuer } from './authenticate/fixture.ts';
import { createServiceToken, printServiceToken } from './authenticate/service-tokens/token.ts';
import { printTokenFile } from './authenticate/service-tokens/token-file.ts';
import { type House, openHouse } from './fixture/house.ts';
import { noRights, stored } from './fixture/service-tokens.ts';
import type { SubgraphFixture } from './fixture/subgraph.ts';
import type { StreamEnded, TokenRefused } from './observe/observers.ts';
import { addRevocation, type WrittenEntry } from './revocations/change-file.ts';
import type { ListName } from './revocations/entries.ts';

const live: SubgraphFixture = {
  name: 'live',
  sdl: 'type Query { hello: String } type Subscription { ticks: Tick } type Tick { n: Int pad: String }',
  resolvers: { Query: { hello: () => 'there' } },
};
const hello = '{ hello }';
const ticks = 'subscription { ticks { n pad } }';
const two = 'https://two.example';
const pad = 'x'.repeat(60_000);

const signer = createSigner('k1');
let answer: 'keys' | 'none' | 'silence' = 'keys';
let provider: TestServer;
let house: House;
let url: string;
let revocations: string;
let tokens: string;
const refusals: TokenRefused[] = [];
const ended: StreamEnded[] = [];
const opened: { destroy(): unknown }[] = [];

beforeAll(async () => {
  provider = await serve((_, response) => {
    if (answer !== 'silence')
      response.end(JSON.stringify({ keys: answer === 'keys' ? [signer.jwk] : [createSigner('k2').jwk] }));
  });
  house = await openHouse([live], {
    anonymous: 'deny',
    revocations: 'tokens: []\n',
    serviceTokens: true,
    issuers: [trustedIssuer(two, provider.url)],
    // What is closed here is closed for another reason.
    streams: { stalledMs: 60_000, pingMs: 60_000, bufferBytes: 10_000_000 },
    observers: {
      tokenRefused: (event) => void refusals.push(event),
      streamEnded: (event) => void ended.push(event),
    },
  });
  ({ url } = await house.listen());
  revocations = join(house.folder, 'revocations.yaml');
  tokens = join(house.folder, 'tokens.json');
});
afterEach(async () => {
  for (const each of opened.splice(0)) each.destroy();
  await writeFile(revocations, answer === 'keys' ? 'tokens: []\n' : fetchAgain());
  answer = 'keys';
  await until(() => events().subscribers === 0);
  // A fetch that gets no answer is given up after five seconds.
  await until(
    async () => (await house.ask(hello, { headers: { authorization: of('ann') } })).status === 200,
    8_000,
  );
  refusals.length = 0;
  ended.length = 0;
});
afterAll(async () => {
  await house.close();
  await provider.close();
});

/** Fails where it takes longer than a revocation may. */
async function until(check: () => boolean | Promise<boolean>, mostMs = 2_000): Promise<void> {
  const started = Date.now();
  while (!(await check())) {
    if (Date.now() - started > mostMs) throw new Error('not in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const events = () => house.subgraphs.get('live')?.events ?? fail();
function fail(): never {
  throw new Error('no subgraph');
}

function of(sub: string, more: object = {}): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: two, aud: 'portcullis', sub, client_id: 'bi', jti: 't1', iat, exp: iat + 600 };
  return `Bearer ${signer.token({ ...claims, ...more })}`;
}

/** For what a test has taken away. */
function fetchAgain(): string {
  return `keys:\n  - { issuer: "${two}", at: "${new Date().toISOString()}" }\n`;
}

interface Idle {
  readonly socket: WebSocket;
  readonly messages: string[];
  code: number | undefined;
}

/** Connected and acknowledged, and not a word since. */
async function idle(authorization: string): Promise<Idle> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  opened.push({ destroy: () => socket.terminate() });
  const client: Idle = { socket, messages: [], code: undefined };
  socket.on('message', (data) => client.messages.push(String(data)));
  socket.on('close', (code) => {
    client.code = code;
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
  await until(() => client.messages.length === 1);
  expect(client.messages).toEqual(['{"type":"connection_ack"}']);
  return client;
}

describe('an idle WebSocket', () => {
  it.each<[string, ListName, WrittenEntry]>([
    ['token', 'tokens', { issuer: two, jti: 't1' }],
    ['principal', 'principals', { issuer: two, subject: 'ann' }],
    ['client', 'clients', { client: 'bi', issuer: two }],
    ['issuer', 'issuers', { issuer: two }],
  ])('whose %s is revoked is closed with 4403, and no other', async (_, list, entry) => {
    const [client, other] = [
      await idle(of('ann')),
      await idle(await house.authorization([], 300, { sub: 'ann' })),
    ];
    house.forget();
    await addRevocation(revocations, list, entry);
    await until(() => client.code !== undefined);
    expect(client.code).toBe(4403);
    expect(client.messages).toHaveLength(1);
    expect(other.code).toBeUndefined();
    expect(house.asked()).toBe('');
    expect(refusals).toMatchObject([{ kind: 'revoked', issuer: two }]);
  });

  it('is closed when the keys that vouched for its token are gone', async () => {
    const client = await idle(of('ann'));
    answer = 'none';
    await addRevocation(revocations, 'keys', { issuer: two, at: new Date().toISOString() });
    await until(() => client.code === 4403);
  });

  it('is closed when nobody can say whether they are', async () => {
    const client = await idle(of('ann'));
    answer = 'silence';
    await addRevocation(revocations, 'keys', { issuer: two, at: new Date().toISOString() });
    await until(() => client.code === 4403);
  });

  it('goes on where the keys are fetched anew and the same', async () => {
    const client = await idle(of('ann'));
    const before = provider.requests.length;
    await addRevocation(revocations, 'keys', { issuer: two, at: new Date().toISOString() });
    await until(() => provider.requests.length > before);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(client.code).toBeUndefined();
  });

  it('is closed at the end of its token, without an operation', async () => {
    const exp = Math.floor(Date.now() / 1000) + 2;
    const client = await idle(of('ann', { exp }));
    const lasting = await idle(of('ann'));
    await until(() => client.code !== undefined, 4_000);
    expect(client.code).toBe(4403);
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
    expect(Date.now()).toBeLessThan(exp * 1000 + 1_000);
    expect(lasting.code).toBeUndefined();
  });

  it('is closed when its service token is taken out of the file', async () => {
    const [token, kept] = [createServiceToken(), createServiceToken()];
    const now = Math.floor(Date.now() / 1000);
    const times = { created: now, expires: now + 600 };
    const write = (...all: (typeof token)[]) => {
      const those = all.map((each) => stored(each, times));
      return writeFile(tokens, printTokenFile(new Map([['tool', { ...noRights, tokens: those }]])), {
        mode: 0o600,
      });
    };
    await write(token, kept);
    const bearer = (each: typeof token) => `Bearer ${printServiceToken(each)}`;
    const isIn = async () =>
      (await house.ask(hello, { headers: { authorization: bearer(kept) } })).status === 200;
    await until(isIn);
    const [client, other] = [await idle(bearer(token)), await idle(bearer(kept))];
    await write(kept);
    await until(() => client.code === 4403);
    expect(other.code).toBeUndefined();
  });

  it('of nobody is of nobody for ever', async () => {
    const open = await openHouse([live], { revocations: 'tokens: []\n' });
    const server = await open.listen();
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    await addRevocation(join(open.folder, 'revocations.yaml'), 'issuers', {
      issuer: 'https://issuer.example',
    });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.terminate();
    await open.close();
  });
});

/** Events of 60 kB until all that lies between source and reader is full. */
async function fill(): Promise<void> {
  await until(() => events().subscribers === 1);
  for (let n = 0; n < 100; n += 1) {
    events().publish({ n, pad });
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe('a reader that takes nothing', () => {
  it('is cut off on a WebSocket, though its close cannot arrive', async () => {
    const client = await idle(of('ann'));
    client.socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: ticks } }));
    await until(() => events().subscribers === 1);
    client.socket.pause();
    await fill();
    await addRevocation(revocations, 'principals', { issuer: two, subject: 'ann' });
    await until(() => events().subscribers === 0);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    house.forget();
    client.socket.resume();
    await until(() => client.code !== undefined);
    // Closed below the protocol: it had not taken what came before.
    expect(client.code).toBe(1006);
    expect(client.messages.length).toBeLessThan(100);
    expect(house.asked()).toBe('');
  });

  it.each([
    ['an event stream', 'text/event-stream'],
    ['a multipart answer', 'multipart/mixed;subscriptionSpec="1.0", application/json'],
  ])('is cut off in %s', async (_, accept) => {
    const reader = stalled(of('ann'), accept);
    await fill();
    expect(ended).toEqual([]);
    await addRevocation(revocations, 'principals', { issuer: two, subject: 'ann' });
    await until(() => ended.length === 1);
    await until(() => events().subscribers === 0);
    house.forget();
    const text = await rest(reader);
    // What lay in the sockets already, and no end as of a stream that ended well.
    expect(text).toContain('"n":0');
    expect(text).not.toMatch(/event: complete|--graphql--/);
    expect(house.asked()).toBe('');
  });

  it('is cut off at the end of its token', async () => {
    const exp = Math.floor(Date.now() / 1000) + 4;
    const reader = stalled(of('ann', { exp }), 'text/event-stream');
    await fill();
    await until(() => ended.length === 1, 6_000);
    expect(await rest(reader)).not.toContain('event: complete');
  });

  function stalled(authorization: string, accept: string): Socket {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    opened.push(socket);
    // It is cut off, which it may notice at any time.
    socket.on('error', () => {});
    socket.pause();
    const body = JSON.stringify({ query: ticks });
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\naccept: ${accept}\r\nauthorization: ${authorization}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    return socket;
  }

  async function rest(socket: Socket): Promise<string> {
    let text = '';
    socket.on('data', (data) => {
      text += String(data);
    });
    socket.resume();
    while (!socket.closed) await new Promise((resolve) => setTimeout(resolve, 10));
    return text;
  }
});
