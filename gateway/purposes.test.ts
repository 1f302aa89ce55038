/** Purpose, glass and place of a request, through the front door: what a subgraph is told, and what nobody shares. */
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { WebSocket } from 'ws';
import { type House, openHouse } from './fixture/house.ts';
import type { SubgraphFixture } from './fixture/subgraph.ts';
import { listen } from './listen/server.ts';
import type { GlassBroken } from './observe/observers.ts';
import { openConfig } from './open-config.ts';
import { createReceive } from './receive/receive.ts';
import type { HttpRequest } from './request.ts';

const live: SubgraphFixture = {
  name: 'live',
  sdl: 'type Query { hello: String }',
  resolvers: {
    Query: {
      hello: async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        return 'there';
      },
    },
  },
};

const query = '{ hello }';
const claims = { purposes: ['fraud', 'marketing'] };
const broken: GlassBroken[] = [];
let house: House;

beforeAll(async () => {
  house = await openHouse([live], { observers: { glassBroken: (event) => void broken.push(event) } });
});
beforeEach(() => {
  house.forget();
  broken.length = 0;
});
afterAll(() => house.close());

const asked = () => house.subgraphs.get('live')?.asked ?? [];
const contexts = () =>
  asked().map(({ headers }) => decodeJwt(String(headers['txn-token']))['tctx'] as { purpose: string });

describe('the purpose', () => {
  it('is told to the subgraph, and the header itself is not', async () => {
    const { status } = await house.ask(query, { scopes: [], claims, headers: { purpose: 'fraud' } });
    expect(status).toBe(200);
    expect(contexts()).toMatchObject([{ purpose: 'fraud', obligations: {} }]);
    expect(asked()[0]?.headers).not.toHaveProperty('purpose');
  });

  it.each(['application/graphql-response+json', 'application/json'])(
    'that was not granted is refused before anything is fetched, as %s',
    async (accept) => {
      const refused = await house.ask(query, { scopes: [], claims, headers: { accept, purpose: 'sales' } });
      expect([refused.status, refused.body]).toEqual([
        403,
        {
          errors: [
            { message: 'This purpose is not granted to this caller.', extensions: { code: 'FORBIDDEN' } },
          ],
        },
      ]);
      expect(asked()).toEqual([]);
    },
  );

  it('is not for whoever has no token', async () => {
    expect((await house.ask(query, { headers: { purpose: 'fraud' } })).status).toBe(403);
  });

  it('that comes twice is none', async () => {
    const headers = { purpose: 'fraud, fraud' };
    expect((await house.ask(query, { scopes: [], claims, headers })).status).toBe(400);
  });

  it('is not shared: equal queries of one caller at one moment are two for two purposes', async () => {
    const { text } = await house.ask(query, { scopes: [] });
    house.forget();
    const authorization = await tokenWith(claims);
    const ask = (headers: Record<string, string>) =>
      house.ask(query, { headers: { authorization, ...headers } });
    const headers = [{ purpose: 'fraud' }, { purpose: 'marketing' }, { purpose: 'fraud' }, {}];
    const answers = await Promise.all(headers.map(ask));
    expect(answers.map((answer) => answer.text)).toEqual([text, text, text, text]);
    expect(
      contexts()
        .map(({ purpose }) => purpose)
        .sort(),
    ).toEqual(['fraud', 'marketing', 'none']);
  });
});

describe('the glass', () => {
  it('is broken for one request, with its reason in the records', async () => {
    const headers = { 'break-glass': 'Incident 7' };
    expect((await house.ask(query, { scopes: [], headers })).status).toBe(403);
    expect(broken).toEqual([]);
    const may = { break_glass: true };
    expect((await house.ask(query, { scopes: [], claims: may, headers })).status).toBe(200);
    expect(broken).toMatchObject([{ subject: 'bob', clientId: 'bi', purpose: 'none', reason: 'Incident 7' }]);
    await house.ask(query, { scopes: [], claims: may });
    expect(broken).toHaveLength(1);
  });
});

/** An `authorization` header of its own. */
async function tokenWith(more: Record<string, unknown>): Promise<string> {
  return house.authorization([], 300, more);
}

describe('over a WebSocket', () => {
  let url: string;
  beforeAll(async () => {
    url = (await house.listen()).url.replace('http', 'ws');
  });

  async function ask(init: object, extensions?: object, headers: Record<string, string> = {}) {
    const socket = new WebSocket(`${url}/graphql`, 'graphql-transport-ws', { headers });
    await once(socket, 'open');
    const next = async () => JSON.parse(String((await once(socket, 'message'))[0]));
    socket.send(JSON.stringify({ type: 'connection_init', payload: init }));
    await next();
    const answer = next();
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query, extensions } }));
    const { payload } = await answer;
    socket.terminate();
    return payload;
  }

  it('the purpose is said with the connection or with the operation', async () => {
    const authorization = await tokenWith(claims);
    const answer = { data: { hello: 'there' } };
    expect(await ask({ authorization, Purpose: 'fraud' })).toEqual(answer);
    expect(await ask({ authorization }, { purpose: 'marketing' })).toEqual(answer);
    expect(await ask({ authorization }, undefined, { purpose: 'fraud' })).toEqual(answer);
    expect(contexts().map(({ purpose }) => purpose)).toEqual(['fraud', 'marketing', 'fraud']);
  });

  it('it is granted or refused as everywhere', async () => {
    const authorization = await tokenWith(claims);
    const forbidden = [{ extensions: { code: 'FORBIDDEN' } }];
    expect(await ask({ authorization }, { purpose: 'sales' })).toMatchObject(forbidden);
    expect(await ask({ authorization }, { breakGlass: 'because' })).toMatchObject(forbidden);
    const bad = [{ extensions: { code: 'BAD_USER_INPUT' } }];
    expect(await ask({ authorization, purpose: 'fraud' }, { purpose: 'marketing' })).toMatchObject(bad);
    expect(contexts()).toEqual([]);
  });

  it('the glass is broken with the connection too', async () => {
    const authorization = await tokenWith({ break_glass: true });
    await ask({ authorization, breakGlass: 'Incident 7' });
    expect(broken.at(-1)).toMatchObject({ reason: 'Incident 7' });
  });
});

describe('the place', () => {
  const zones = { corp: ['127.0.0.0/8', '::1'], vpn: ['10.0.0.0/8'] };
  let taken: HttpRequest[] = [];
  let server: Awaited<ReturnType<typeof listen>>;
  beforeAll(async () => {
    const door = {
      handle: async (http: HttpRequest) => {
        taken.push(http);
        return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"data":{}}' };
      },
      ready: () => ({
        ready: true,
        generation: '',
        policies: '',
        refused: undefined,
        subgraphs: [],
        withheld: [],
        refusedFiles: [],
      }),
      schema: async () => ({ status: 200, headers: {}, body: '' }),
      attend: async (http: HttpRequest) => {
        taken.push(http);
        return { status: 204, leave() {} };
      },
      jwks: () => ({ keys: [] }),
    };
    server = await listen(door, openConfig({ supergraph: 'none.graphql', port: 0 }));
  });
  beforeEach(() => {
    taken = [];
  });
  afterAll(() => server.close());

  const zonesOf = (trustedHops: number) => {
    const receive = createReceive({ bodyBytes: 10_000, zones, trustedHops });
    const context = {
      id: '',
      traceparent: '',
      signal: new AbortController().signal,
      counts: { subgraphRequests: 0, rows: 0 },
    };
    return taken.map((http) => receive(http, context).zone);
  };

  it('is that of the connection, whatever the caller writes', async () => {
    for (const forwarded of ['10.0.0.1', '192.0.2.1']) {
      await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': forwarded },
        body: JSON.stringify({ query, extensions: { zone: 'vpn' } }),
      });
    }
    expect(zonesOf(0)).toEqual(['corp', 'corp']);
    expect(zonesOf(1)).toEqual(['vpn', '']);
  });

  it('is that of the upgrade for a WebSocket, and nothing said later moves it', async () => {
    const headers = { 'x-forwarded-for': '10.0.0.1' };
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers,
    });
    await once(socket, 'open');
    const payload = { 'x-forwarded-for': '127.0.0.1', address: '10.0.0.1' };
    socket.send(JSON.stringify({ type: 'connection_init', payload }));
    await once(socket, 'message');
    socket.terminate();
    expect(taken).toHaveLength(1);
    expect(zonesOf(0)).toEqual(['corp']);
    expect(zonesOf(1)).toEqual(['vpn']);
  });
});
