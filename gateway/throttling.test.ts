/** Whoever goes on sending bad tokens has nothing verified: by every way in, and to nobody else's loss (K15, D21, L25). */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { createSigner, serve, type TestServer, trustedIssuer } from './authenticate/fixture.ts';
import { createServiceToken, printServiceToken } from './authenticate/service-tokens/token.ts';
import { printTokenFile } from './authenticate/service-tokens/token-file.ts';
import { type House, type HouseOptions, openHouse } from './fixture/house.ts';
import { noRights, stored } from './fixture/service-tokens.ts';
import type { SubgraphFixture } from './fixture/subgraph.ts';
import type { CallerThrottled, TokenRefused } from './observe/observers.ts';
import { addRevocation, removeRevocation } from './revocations/change-file.ts';

const shop: SubgraphFixture = {
  name: 'shop',
  sdl: 'type Query { hello: String }',
  resolvers: { Query: { hello: () => 'there' } },
};
const query = '{ hello }';

let house: House;
const refused: TokenRefused[] = [];
const throttled: CallerThrottled[] = [];

afterEach(async () => {
  await house.close();
  refused.length = 0;
  throttled.length = 0;
});

async function open(options: HouseOptions = {}): Promise<void> {
  house = await openHouse([shop], {
    anonymous: 'deny',
    ...options,
    limits: { refusedTokensPerAddress: 20, refusedTokensPerPrincipal: 5, ...options.limits },
    observers: {
      tokenRefused: (event) => void refused.push(event),
      callerThrottled: (event) => void throttled.push(event),
      ...options.observers,
    },
  });
}

/** In the name of the house's issuer, by nobody's key. */
const forger = createSigner('1');
function forged(sub: string, more: object = {}): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: 'https://issuer.example', aud: 'portcullis', sub, iat, exp: iat + 300, ...more };
  return `Bearer ${forger.token(claims)}`;
}

async function statusOf(authorization: string, address = '192.0.2.1', headers = {}): Promise<number> {
  const { status } = await house.ask(query, { address, headers: { authorization, ...headers } });
  return status;
}

async function failOften(times: number, address?: string, sub = (each: number) => `nobody-${each}`) {
  for (let each = 0; each < times; each += 1) expect(await statusOf(forged(sub(each)), address)).toBe(401);
}

const tooMany = {
  errors: [
    {
      message: 'Too many access tokens were refused. Wait as long as the header retry-after says.',
      extensions: { code: 'RATE_LIMITED', retryable: true },
    },
  ],
};

describe('an address with too many', () => {
  it('is refused before a signature is looked at, with one text, and has nothing fetched', async () => {
    await open();
    await failOften(20);
    const looked = refused.length;
    house.forget();
    // A good one as well: that nobody finds out shows that nobody looks.
    const good = await house.authorization(['a'], 300, { sub: 'new' });
    for (const authorization of [
      forged('ann'),
      good,
      'Bearer x',
      'nonsense',
      `Bearer ${'x'.repeat(9_000)}`,
    ]) {
      const answer = await house.ask(query, { address: '192.0.2.1', headers: { authorization } });
      expect(answer).toMatchObject({ status: 429, body: tooMany });
    }
    expect(refused.length).toBe(looked);
    expect(house.asked()).toBe('');
    expect(throttled.map(({ isFirst }) => isFirst)).toEqual([true, false, false, false, false]);
  });

  it('tells when to come again', async () => {
    await open();
    await failOften(20);
    const { headers } = await house.gateway.handle({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json', authorization: forged('ann') },
      address: '192.0.2.1',
      body: Buffer.from(JSON.stringify({ query })),
      signal: new AbortController().signal,
    });
    expect(Number(headers['retry-after'])).toBeGreaterThan(50);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(headers['www-authenticate']).toBeUndefined();
  });

  it('shuts out no other address, whoever the bad tokens said to be', async () => {
    await open({ limits: { refusedTokensPerPrincipal: 20 } });
    await failOften(20, '192.0.2.1', () => 'bob');
    for (const authorization of [forged('bob'), forged('ann')])
      expect(await statusOf(authorization)).toBe(429);
    const good = await house.authorization(['a'], 300, { sub: 'bob' });
    for (const address of ['192.0.2.2', '2001:db8::1', undefined])
      expect(
        (await house.ask(query, { ...(address && { address }), headers: { authorization: good } })).body,
      ).toEqual({
        data: { hello: 'there' },
      });
  });

  it('goes on for whoever was in already: what was good cannot have been guessed', async () => {
    await open();
    const good = await house.authorization(['a']);
    expect(await statusOf(good)).toBe(200);
    await failOften(20);
    expect(await statusOf(good)).toBe(200);
    expect(await statusOf(forged('ann'))).toBe(429);
  });

  it('is not made good by a good token in between', async () => {
    await open();
    await failOften(19);
    expect(await statusOf(await house.authorization(['a']))).toBe(200);
    await failOften(1);
    expect(await statusOf(forged('ann'))).toBe(429);
  });

  it('asks nothing of whoever sends no token', async () => {
    await open({ anonymous: 'allow' });
    await failOften(20);
    expect((await house.ask(query, { address: '192.0.2.1' })).status).toBe(200);
  });
});

it('a key that nobody knows counts also while the issuer cannot be asked for it: whoever sends a token names it', async () => {
  await open();
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: 'https://issuer.example', aud: 'portcullis', iat, exp: iat + 300 };
  const named = (kid: string) =>
    `Bearer ${forger.token({ ...claims, sub: kid }, { alg: 'ES256', typ: 'at+jwt', kid })}`;
  for (let each = 0; each < 20; each += 1) expect(await statusOf(named(`k${each}`))).toBe(401);
  expect(await statusOf(named('k'))).toBe(429);
  expect(refused.map(({ kind }) => kind)).toEqual([
    ...Array(5).fill('signature'),
    ...Array(15).fill('unknownKey'),
  ]);
});

describe('one principal at an address', () => {
  it('is refused earlier, and alone', async () => {
    await open();
    await failOften(5, '192.0.2.1', () => 'loop');
    for (let each = 0; each < 50; each += 1) expect(await statusOf(forged('loop'))).toBe(429);
    // What was refused unseen did not count: those beside it are looked at.
    await failOften(15);
    expect(await statusOf(forged('any'))).toBe(429);
  });

  it('cannot be shut out elsewhere by somebody who uses its name', async () => {
    await open();
    await failOften(5, '192.0.2.66', () => 'bob');
    expect(await statusOf(forged('bob'), '192.0.2.66')).toBe(429);
    expect(await statusOf(await house.authorization(['a'], 300, { sub: 'bob' }), '192.0.2.1')).toBe(200);
  });
});

describe('behind proxies (E14)', () => {
  it('it is the address that the last trusted one names, and no word of the caller', async () => {
    await open({ trustedHops: 1 });
    const asked = (each: number, last: string) =>
      statusOf(forged(`n${each}`), '10.0.0.1', { 'x-forwarded-for': `203.0.113.${each}, ${last}` });
    for (let each = 0; each < 20; each += 1) expect(await asked(each, '192.0.2.1')).toBe(401);
    expect(await asked(99, '192.0.2.1')).toBe(429);
    expect(await asked(99, '192.0.2.2')).toBe(401);
  });

  it('the header is not looked at where none is trusted', async () => {
    await open();
    for (let each = 0; each < 20; each += 1)
      expect(
        await statusOf(forged(`n${each}`), '192.0.2.1', { 'x-forwarded-for': `203.0.113.${each}` }),
      ).toBe(401);
    expect(await statusOf(forged('n'), '192.0.2.1', { 'x-forwarded-for': '203.0.113.99' })).toBe(429);
  });
});

describe('what does not count', () => {
  it('is a token that has expired, which costs no signature: a new one follows', async () => {
    await open();
    for (let each = 0; each < 30; each += 1) {
      const expired = await house.authorization(['a'], -10, { sub: 'bob', iat: 1 });
      expect(await statusOf(expired)).toBe(401);
    }
    expect(new Set(refused.map(({ kind }) => kind))).toEqual(new Set(['expired']));
    expect(await statusOf(await house.authorization(['a'], 300, { sub: 'bob' }))).toBe(200);
  });

  it('is a token that is revoked: it is in again as soon as that is taken back', async () => {
    await open({ revocations: 'tokens: []\n' });
    const token = await house.authorization(['a'], 300, { sub: 'bob' });
    expect(await statusOf(token)).toBe(200);
    const file = join(house.folder, 'revocations.yaml');
    const entry = { issuer: 'https://issuer.example', subject: 'bob' };
    await addRevocation(file, 'principals', entry);
    while ((await statusOf(token)) !== 401) await new Promise((resolve) => setTimeout(resolve, 20));
    house.forget();
    const unseen = await house.authorization(['b'], 300, { sub: 'bob' });
    for (let each = 0; each < 30; each += 1)
      for (const authorization of [token, unseen]) expect(await statusOf(authorization)).toBe(401);
    expect(house.asked()).toBe('');
    expect(new Set(refused.map(({ kind }) => kind))).toEqual(new Set(['revoked']));
    await removeRevocation(file, 'principals', entry);
    while ((await statusOf(token)) !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await statusOf(unseen)).toBe(200);
  });

  it('is a token of an issuer whose keys are not to be had: it may be good', async () => {
    const down: TestServer = await serve((_, response) => response.writeHead(500).end());
    try {
      await open({ issuers: [trustedIssuer('https://two.example', down.url)] });
      for (let each = 0; each < 30; each += 1)
        expect(await statusOf(forged('bob', { iss: 'https://two.example' }))).toBe(401);
      expect(new Set(refused.map(({ kind }) => kind))).toEqual(new Set(['keys']));
      expect(await statusOf(forged('bob'))).toBe(401);
    } finally {
      await down.close();
    }
  });
});

describe('a token that is bound to a certificate, in other hands (K15, D21)', () => {
  const theirs = 'A'.repeat(43);
  const send = (authorization: string, address: string, certificate?: string) =>
    house.gateway.handle({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json', authorization },
      address,
      certificate,
      body: Buffer.from(JSON.stringify({ query })),
      signal: new AbortController().signal,
    });
  const statusBy = async (...of: Parameters<typeof send>) => (await send(...of)).status;

  it('is counted as of its principal, also when it was verified before', async () => {
    await open();
    const bound = await house.authorization(['a'], 300, { sub: 'ann', cnf: { 'x5t#S256': theirs } });
    expect(await statusBy(bound, '192.0.2.1', theirs)).toBe(200);
    house.forget();
    for (let each = 0; each < 5; each += 1) expect(await statusBy(bound, '192.0.2.2')).toBe(401);
    for (const certificate of [undefined, 'B'.repeat(43)])
      for (let each = 0; each < 50; each += 1)
        expect(await statusBy(bound, '192.0.2.2', certificate)).toBe(429);
    expect(house.asked()).toBe('');
    expect(refused).toHaveLength(5);
    // It has used up nothing of those beside it, and nothing of whose it is.
    const neighbour = await house.authorization(['a'], 300, { sub: 'bob' });
    expect(await statusBy(neighbour, '192.0.2.2')).toBe(200);
    expect(await statusBy(bound, '192.0.2.2', theirs)).toBe(200);
  });
});

describe('every way in', () => {
  const bearer = (sub: string) => ({ authorization: forged(sub) });

  it('counts together: POST, the schema, and WebSockets', async () => {
    await open({ limits: { refusedTokensPerAddress: 6 } });
    const { url } = await house.listen();
    const post = async (authorization: string) => {
      const body = JSON.stringify({ query });
      const headers = { 'content-type': 'application/json', authorization };
      return fetch(`${url}/graphql`, { method: 'POST', headers, body });
    };
    const schema = (authorization: string) =>
      fetch(`${url}/v1/schema.graphql`, { headers: { authorization } });
    const socket = async (payload: object) => {
      const opened = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      await once(opened, 'open');
      opened.send(JSON.stringify({ type: 'connection_init', payload }));
      const [code, reason] = await once(opened, 'close');
      return [code, String(reason)];
    };
    for (const sub of ['a', 'b']) {
      expect((await post(forged(sub))).status).toBe(401);
      expect((await schema(forged(sub))).status).toBe(401);
      expect(await socket(bearer(sub))).toEqual([4403, 'Forbidden']);
    }
    house.forget();
    const good = await house.authorization(['a']);
    for (const response of [await post(good), await schema(good)]) {
      expect(response.status).toBe(429);
      expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(await response.json()).toEqual(tooMany);
    }
    expect(await socket({ authorization: good })).toEqual([1013, 'Try again later']);
    expect(house.asked()).toBe('');
  });
});

describe('service tokens', () => {
  it('that are wrong are refused alike, and the right one is always let in', async () => {
    const { good, wrong, unknown } = await writeTokens();
    for (let each = 0; each < 5; each += 1) expect(await statusOf(wrong)).toBe(401);
    expect(await statusOf(wrong)).toBe(429);
    expect(await statusOf(good)).toBe(200);
    for (let each = 0; each < 15; each += 1) expect(await statusOf(unknown(each))).toBe(401);
    expect(await statusOf(unknown(99))).toBe(429);
    expect(await statusOf(good)).toBe(200);
    expect(await statusOf(wrong, '192.0.2.2')).toBe(401);
  });

  async function writeTokens() {
    let read = 0;
    const serviceTokensRead = () => {
      read += 1;
    };
    await open({ serviceTokens: true, observers: { serviceTokensRead } });
    const token = createServiceToken();
    const now = Math.floor(Date.now() / 1000);
    const tokens = [stored(token, { created: now, expires: now + 600 })];
    const file = join(house.folder, 'tokens.json');
    await writeFile(file, printTokenFile(new Map([['tool', { ...noRights, tokens }]])), { mode: 0o600 });
    while (read < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    const good = `Bearer ${printServiceToken(token)}`;
    const digits = (each: number) => String(each).padStart(12, '0');
    return {
      good,
      wrong: `${good.slice(0, -43)}${'A'.repeat(43)}`,
      unknown: (each: number) => `Bearer pc_${digits(each)}_${'A'.repeat(43)}`,
    };
  }
});
