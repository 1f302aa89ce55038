/** A product that is shut off is sent nothing any more, also not what waited when that was decided. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { sharingRequests } from '../share/requests.ts';
import {
  type Connection,
  eventually,
  http,
  openClient,
  type RawSubgraph,
  serveRaw,
  type TestClient,
} from './fixture.ts';

const refused = { outcome: 'refused', status: undefined };
let withheld: Set<string>;
let answer: (connection: Connection) => void;
let subgraph: RawSubgraph;
let opened: TestClient;

beforeEach(async () => {
  withheld = new Set();
  answer = ({ socket }) => void socket.write(http('{}'));
  subgraph = await serveRaw((connection) => answer(connection));
  opened = openClient({ concurrency: 1 }, withheld);
});
afterEach(async () => {
  await opened.client.close();
  await subgraph.stop();
});

const shutOff = () => withheld.add('video');

it('is refused at once, and others are not', async () => {
  shutOff();
  expect(await opened.send(subgraph.url)).toEqual(refused);
  expect(subgraph.requests).toEqual([]);
  expect(await opened.send(subgraph.url, { subgraph: 'music' })).toMatchObject({ outcome: 'answered' });
});

it('also where a request waited for its turn', async () => {
  let release = () => {};
  answer = ({ socket }) => {
    release = () => void socket.write(http('{}'));
  };
  const first = opened.send(subgraph.url);
  const second = opened.send(subgraph.url);
  await eventually(() => subgraph.requests.length === 1);
  shutOff();
  release();
  expect(await first).toMatchObject({ outcome: 'answered' });
  expect(await second).toEqual(refused);
  expect(subgraph.requests).toHaveLength(1);
});

it('also where a request was about to be sent again', async () => {
  answer = ({ socket }) => {
    shutOff();
    socket.write(http('', { status: 503 }));
  };
  expect(await opened.send(subgraph.url)).toMatchObject({ status: 503 });
  expect(subgraph.requests).toHaveLength(1);
});

it('and nobody gets what was sent for another before', async () => {
  let release = () => {};
  answer = ({ socket }) => {
    release = () => void socket.write(http('{}'));
  };
  const client = sharingRequests(opened.client, withheld);
  const call = {
    subgraph: 'video',
    url: subgraph.url,
    body: '{}',
    headers: { 'txn-token': 't' },
    repeatable: true,
    shareable: true,
    signal: new AbortController().signal,
  };
  const first = client.send(call);
  const joined = client.send(call);
  await eventually(() => subgraph.requests.length === 1);
  shutOff();
  const late = client.send(call);
  release();
  expect(await Promise.all([first, joined])).toMatchObject([
    { outcome: 'answered' },
    { outcome: 'answered' },
  ]);
  expect(await late).toEqual(refused);
});

it('says nothing of whether the subgraph works', async () => {
  shutOff();
  for (let call = 0; call < 40; call += 1) await opened.send(subgraph.url);
  expect(opened.events).toEqual([]);
  expect(opened.client.state().get('video')).toEqual({ breaker: 'closed', inFlight: 0, queued: 0 });
});
