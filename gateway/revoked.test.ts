/** Who is shut out is shut out within two seconds, on every way in: through a real gateway, over POST, WebSocket and SSE. */
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { createSigner, type Signer, serve, type TestServer, trustedIssuer } from './authenticate/fixture.ts';
import { type House, openHouse } from './fixture/house.ts';
import type { SubgraphFixture } from './fixture/subgraph.ts';
import type { TokenRefused } from './observe/observers.ts';
import { addRevocation, removeRevocation, type WrittenEntry } from './revocations/change-file.ts';
import type { ListName } from './revocations/entries.ts';

const link = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`;
const live: SubgraphFixture = {
  name: 'live',
  sdl: `${link} type Query { streams: [Stream] } type Subscription { viewers: Stream }
    type Stream @key(fields: "id") { id: ID! viewers: Int }`,
  resolvers: { Query: { streams: () => [{ id: '1', viewers: 7 }] } },
};
const music: SubgraphFixture = {
  name: 'music',
  sdl: `${link} type Query { song: String } type Stream @key(fields: "id") { id: ID! artist: String }`,
  resolvers: { Query: { song: () => 'la' }, Stream: { artist: () => 'Nina' } },
};

const query = '{ streams { id artist } }';
const subscription = 'subscription { viewers { id artist } }';
const two = 'https://two.example';

let first: Signer;
let signer: Signer;
let published: readonly Signer[];
let provider: TestServer;
let house: House;
let url: string;
let file: string;
const refusals: TokenRefused[] = [];
const told: string[] = [];
const opened: { end(): void }[] = [];

beforeAll(async () => {
  first = createSigner('k1');
  signer = first;
  published = [signer];
  provider = await serve((_, response) =>
    response.end(JSON.stringify({ keys: published.map(({ jwk }) => jwk) })),
  );
  house = await openHouse([live, music], {
    anonymous: 'deny',
    revocations: '# Whoever is on call.\ntokens: []\n',
    issuers: [trustedIssuer(two, provider.url)],
    observers: {
      tokenRefused: (event) => void refusals.push(event),
      revocationsRefused: ({ reason }) => void told.push(reason),
      revocationsApplied: ({ entries, unknown }) => void told.push([entries, ...unknown].join(' ')),
    },
  });
  ({ url } = await house.listen());
  file = join(house.folder, 'revocations.yaml');
});
afterEach(async () => {
  for (const each of opened.splice(0)) each.end();
  await writeFile(file, 'tokens: []\n');
  await until(async () => (await post(bi())).status === 200 && (await ready()).withheld === undefined);
  await until(() => events().subscribers === 0);
  refusals.length = 0;
  told.length = 0;
});
afterAll(async () => {
  await house.close();
  await provider.close();
});

/** Fails where it takes longer than a revocation may. */
async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 2_000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error('not within two seconds');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const events = () => house.subgraphs.get('live')?.events ?? fail();
function fail(): never {
  throw new Error('no subgraph');
}

/** A header of the second issuer's. */
function of(subject: string, more: object = {}, by = signer): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    iss: two,
    aud: 'portcullis',
    sub: subject,
    client_id: 'bi',
    jti: 't1',
    iat,
    exp: iat + 600,
  };
  return `Bearer ${by.token({ ...claims, ...more })}`;
}

let annOfTheHouse: string | undefined;
/** The same subject, of another issuer; somebody else. */
async function ann(): Promise<string> {
  annOfTheHouse ??= await house.authorization(['any'], 600, { sub: 'ann', client_id: 'etl' });
  return annOfTheHouse;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function post(authorization: string, text = query): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: text }),
  });
  return { status: response.status, text: await response.text() };
}

async function ready(): Promise<{ withheld?: string[]; refusedFiles?: string[]; subgraphs: string[] }> {
  return (await fetch(`${url}/readyz`)).json() as Promise<{ subgraphs: string[] }>;
}

interface Stream {
  readonly text: string;
  readonly isOver: boolean;
  /** Of a WebSocket. */
  readonly code: number | undefined;
  end(): void;
}

async function overSse(authorization: string): Promise<Stream> {
  const leaving = new AbortController();
  const stream = { text: '', isOver: false, code: undefined, end: () => leaving.abort() };
  opened.push(stream);
  const { body } = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization },
    body: JSON.stringify({ query: subscription }),
    signal: leaving.signal,
  });
  const read = async () => {
    for await (const chunk of body ?? []) stream.text += Buffer.from(chunk).toString();
    stream.isOver = true;
  };
  read().catch(() => {});
  return stream;
}

async function overWebSocket(authorization: string): Promise<Stream> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, ['graphql-transport-ws']);
  const stream: { -readonly [Name in keyof Stream]: Stream[Name] } = {
    text: '',
    isOver: false,
    code: undefined,
    end: () => socket.terminate(),
  };
  opened.push(stream);
  socket.on('message', (data) => {
    stream.text += String(data);
    if (String(data).includes('connection_ack'))
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: subscription } }));
  });
  socket.on('close', (code) => {
    stream.isOver = true;
    stream.code = code;
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
  return stream;
}

interface Streams {
  readonly sse: Stream;
  readonly ws: Stream;
}

/** Both subscribed, both with an event. */
async function streaming(authorization: string): Promise<Streams> {
  const before = events().subscribers;
  const [sse, ws] = await Promise.all([overSse(authorization), overWebSocket(authorization)]);
  await until(() => events().subscribers === before + 2);
  events().publish({ id: 'early' });
  await until(() => [sse, ws].every(({ text }) => text.includes('"early","artist":"Nina"')));
  return { sse, ws };
}

async function expectShut({ sse, ws }: Streams): Promise<void> {
  await until(() => ws.isOver && sse.isOver);
  expect(ws.code).toBe(4403);
  for (const { text } of [ws, sse]) {
    expect(text).toContain('"message":"The access token is not valid."');
    expect(text).toContain('UNAUTHENTICATED');
  }
  expect(sse.text.endsWith('event: complete\ndata:\n\n')).toBe(true);
}

const bi = () => of('ann');

describe.each<[string, ListName, WrittenEntry, object | undefined]>([
  ['a token', 'tokens', { issuer: two, jti: 't1' }, { jti: 't2' }],
  ['a principal', 'principals', { issuer: two, subject: 'ann' }, { sub: 'bob' }],
  ['a client', 'clients', { client: 'bi' }, { client_id: 'other' }],
  ['a client of one issuer', 'clients', { client: 'bi', issuer: two }, { client_id: 'other' }],
  ['an issuer', 'issuers', { issuer: two }, undefined],
])('%s that is revoked', (_, list, entry, other) => {
  it('is out on every way in, has nothing fetched, and comes in again when it is restored', async () => {
    const token = bi();
    expect((await post(token)).status).toBe(200);
    const streams = await streaming(token);
    const others = await streaming(await ann());
    const free = other === undefined ? await ann() : of('ann', other);
    expect((await post(free)).status).toBe(200);

    await addRevocation(file, list, { ...entry, reason: 'left in anger' });
    await until(async () => (await post(token)).status === 401);
    const refused = await post(token);
    expect(refused).toEqual({
      status: 401,
      text: expect.stringContaining(
        '{"message":"The access token is not valid.","extensions":{"code":"UNAUTHENTICATED"}}',
      ),
    });
    await expectShut(streams);
    for (const text of [refused.text, streams.sse.text, streams.ws.text])
      expect(text).not.toMatch(/anger|revoked/);
    expect(refusals.length).toBeGreaterThanOrEqual(4);
    for (const { reason } of refusals)
      expect(reason).toBe(`the ${list.slice(0, -1)} is revoked: left in anger`);

    expect([others.sse.isOver, others.ws.isOver]).toEqual([false, false]);
    others.sse.end();
    others.ws.end();
    await until(() => events().subscribers === 0);
    house.forget();
    events().publish({ id: 'late' });
    await post(token);
    const again = await overWebSocket(token);
    const stream = await overSse(token);
    await until(() => again.code === 4403 && stream.isOver);
    expect(house.asked()).toBe('');
    expect((await post(free)).status).toBe(200);

    await removeRevocation(file, list, entry);
    await until(async () => (await post(token)).status === 200);
  });
});

it('two issuers with the same subject are two principals, also for a revocation', async () => {
  const streams = await streaming(await ann());
  await addRevocation(file, 'principals', { issuer: two, subject: 'ann' });
  await until(async () => (await post(bi())).status === 401);
  expect((await post(await ann())).status).toBe(200);
  events().publish({ id: 'late' });
  await until(() => [streams.sse, streams.ws].every(({ text }) => text.includes('late')));
});

it('with `before`, whoever logs in again is in', async () => {
  const token = bi();
  const streams = await streaming(token);
  await addRevocation(file, 'principals', { issuer: two, subject: 'ann', before: new Date().toISOString() });
  await until(async () => (await post(token)).status === 401);
  await expectShut(streams);
  await until(() => events().subscribers === 0);
  const later = of('ann', { iat: Math.floor(Date.now() / 1000) + 1, jti: 't2' });
  expect((await post(later)).status).toBe(200);
  await streaming(later);
});

it('whoever was revoked between the first stage and the first event has no stream opened', async () => {
  const { body } = await house.gateway.handle({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: bi() },
    body: Buffer.from(JSON.stringify({ query: subscription })),
    signal: new AbortController().signal,
  });
  if (typeof body === 'string' || Buffer.isBuffer(body)) throw new Error(String(body));
  await addRevocation(file, 'tokens', { issuer: two, jti: 't1' });
  await until(() => told.includes('1'));
  house.forget();
  let text = '';
  for await (const piece of body) text += piece;
  expect(text).toContain('"message":"The access token is not valid."');
  expect(house.asked()).toBe('');
});

describe('a file that is not understood', () => {
  it('changes nothing, and is told in the log and at /readyz', async () => {
    const token = bi();
    await addRevocation(file, 'principals', { issuer: two, subject: 'ann' });
    await until(async () => (await post(token)).status === 401);
    await writeFile(file, 'principals:\n  - { issuer: a }\n');
    await until(async () => (await ready()).refusedFiles?.includes('revocations') === true);
    expect((await post(token)).status).toBe(401);
    expect(told.at(-1)).toContain('line 2: principals[0] has no subject');
  });

  it('keeps a gateway from starting', async () => {
    await expect(openHouse([music], { revocations: '' })).rejects.toThrow('holds no lists');
    await expect(openHouse([music], { revocations: 'tokens: [' })).rejects.toThrow('is not understood');
  });

  it('is told of where it is understood, and names nobody that is known', async () => {
    await addRevocation(file, 'products', { product: 'muisc' });
    await addRevocation(file, 'issuers', { issuer: 'https://tow.example' });
    await until(() => told.includes('2 https://tow.example muisc'));
  });
});

describe('a data product that is shut off', () => {
  const shutOff = () => addRevocation(file, 'products', { product: 'music', reason: 'it leaks' });

  it('is sent nothing: its fields are those of a subgraph that is not available, and the others are there', async () => {
    const token = bi();
    const streams = await streaming(token);
    await shutOff();
    await until(async () => (await ready()).withheld?.join() === 'music');
    house.forget();
    const { status, text } = await post(token);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      data: { streams: [{ id: '1', artist: null }] },
      errors: [
        {
          message: 'The subgraph that serves this field is not available.',
          path: ['streams', 0, 'artist'],
          extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'music', retryable: true },
        },
      ],
    });
    expect((await post(token, '{ song }')).text).toContain('SUBGRAPH_UNAVAILABLE');
    events().publish({ id: 'late' });
    await until(() =>
      [streams.sse, streams.ws].every(({ text: seen }) => seen.includes('"late","artist":null')),
    );
    expect(house.asked('music')).toBe('');
    await removeRevocation(file, 'products', { product: 'music' });
    await until(async () => (await post(token, '{ song }')).text === '{"data":{"song":"la"}}');
    expect([streams.sse.isOver, streams.ws.isOver]).toEqual([false, false]);
  });

  it('publishes no more: what is subscribed ends, and nobody subscribes anew', async () => {
    const token = bi();
    const { sse, ws } = await streaming(token);
    await addRevocation(file, 'products', { product: 'live' });
    await until(() => events().subscribers === 0);
    const isTold = () => [sse, ws].every(({ text }) => text.includes('SUBGRAPH_UNAVAILABLE'));
    await until(isTold);
    await until(() => sse.isOver);
    // The caller has done nothing: the socket is for other operations still.
    expect(ws.isOver).toBe(false);
    house.forget();
    const again = await overSse(token);
    await until(() => again.isOver);
    expect(again.text).toContain('SUBGRAPH_UNAVAILABLE');
    expect(house.asked('live')).toBe('');
  });
});

describe('keys', () => {
  it('that are taken out of a file do not count any more, and others in it change nothing', async () => {
    const jwks = join(house.folder, 'jwks.json');
    const before = await readFile(jwks, 'utf8');
    const token = await ann();
    const streams = await streaming(token);
    const { keys } = JSON.parse(before);
    await writeFile(jwks, JSON.stringify({ keys: [createSigner('new').jwk, ...keys] }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await post(token)).status).toBe(200);
    expect([streams.sse.isOver, streams.ws.isOver]).toEqual([false, false]);
    await writeFile(jwks, JSON.stringify({ keys: [createSigner('new').jwk] }));
    await until(async () => (await post(token)).status === 401);
    await expectShut(streams);
    await writeFile(jwks, before);
    await until(async () => (await post(token)).status === 200);
  });

  it('that an issuer has withdrawn do not count from the moment that they are revoked here', async () => {
    const old = bi();
    const streams = await streaming(old);
    const others = await streaming(of('bob', {}, first));
    const fresh = createSigner('k2');
    published = [first, fresh];
    const revokeKeys = () => addRevocation(file, 'keys', { issuer: two, at: new Date().toISOString() });
    await revokeKeys();
    await until(async () => (await post(of('ann', {}, fresh))).status === 200);
    // The key that signed is among them still.
    expect([streams.sse.isOver, others.ws.isOver, (await post(old)).status]).toEqual([false, false, 200]);

    published = [fresh];
    expect((await post(old)).status).toBe(200);
    await revokeKeys();
    await until(async () => (await post(old)).status === 401);
    await expectShut(streams);
    await expectShut(others);
    expect((await post(of('ann', {}, fresh))).status).toBe(200);
    signer = fresh;
  });
});
