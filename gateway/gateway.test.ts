import { writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { company, crm, hr, pay, scores } from './fixture/company.ts';
import { type House, openHouse } from './fixture/house.ts';
import type { Instead, RunningSubgraph, SubgraphFixture } from './fixture/subgraph.ts';

const bob = { scopes: ['catalog:read'] };
let house: House;
const faults: unknown[] = [];

function subgraph(name: string): RunningSubgraph {
  const found = house.subgraphs.get(name);
  if (found === undefined) throw new Error(`no subgraph ${name}`);
  return found;
}

beforeAll(async () => {
  house = await openHouse(company, {
    limits: { subgraphTimeoutMs: 300, subgraphResponseBytes: 20_000 },
    observers: { requestFaulted: ({ error }) => void faults.push(error) },
  });
});
beforeEach(() => house.forget());
afterEach(() => {
  for (const each of house.subgraphs.values()) each.instead = undefined;
  faults.length = 0;
});
afterAll(() => house.close());

describe('an answer', () => {
  it('comes from several subgraphs, as it was asked', async () => {
    const { status, text } = await house.ask(
      '{ me { z: name payslips ... { a: id } calls manager { id name } } b: __typename }',
      bob,
    );
    expect(text).toBe(
      '{"data":{"me":{"z":"Ann","payslips":12,"a":"1","calls":3,"manager":{"id":"2","name":"Bob"}},"b":"Query"}}',
    );
    expect(status).toBe(200);
  });

  it('merges selections of one response name, and leaves out what is skipped', async () => {
    const query = `query ($yes: Boolean = true) {
      me { manager { id } }
      ... @include(if: $yes) { me { manager { name @skip(if: $yes) email: id } } }
      ghost: me @skip(if: $yes) { id }
    }`;
    expect((await house.ask(query, bob)).body).toEqual({
      data: { me: { manager: { id: '2', email: '2' } } },
    });
  });

  it('asks nobody if everything is left out or answered here', async () => {
    expect((await house.ask('{ me @skip(if: true) { id } }', bob)).body).toEqual({ data: {} });
    expect((await house.ask('{ __typename }', bob)).body).toEqual({ data: { __typename: 'Query' } });
    expect(
      (await house.ask('query ($a: Boolean = true) { me @skip(if: $a) @include(if: $a) { id } }', bob)).body,
    ).toEqual({ data: {} });
    expect(house.asked()).toBe('');
  });

  it('has the exact values of scalars that this gateway does not know', async () => {
    const values =
      '{"long":"9007199254740993","decimal":"0.10000000000000000000000000000000000001","any":{"a":[1,"x",null]}}';
    const exact: SubgraphFixture = {
      name: 'exact',
      sdl: 'scalar Long scalar Decimal scalar Any type Query { long: Long decimal: Decimal any: Any }',
      resolvers: {},
    };
    const other = await openHouse([exact]);
    try {
      const running = other.subgraphs.get('exact');
      if (running) running.instead = { body: `{"data":${values}}` };
      expect((await other.ask('{ long decimal any }', bob)).text).toBe(`{"data":${values}}`);
    } finally {
      await other.close();
    }
  });

  it('A08, H03: introspects what clients see, for whoever may ask at all', async () => {
    const { body } = await house.ask('{ __schema { types { name } queryType { name } } }', bob);
    const names = body.data.__schema.types.map(({ name }: { name: string }) => name);
    expect(names).toContain('Employee');
    expect(names.filter((name: string) => /join|link|_Any|_Service|Scope|^Use$/.test(name))).toEqual([]);
    expect(house.asked()).toBe('');
  });
});

describe('a subgraph', () => {
  it('gets headers of ours, and none of the client', async () => {
    await house.ask('{ me { id } }', {
      ...bob,
      headers: { cookie: 'a=b', 'x-user-id': '7', 'x-request-id': 'r-1', forwarded: 'for=1' },
    });
    const [asked] = subgraph('hr').asked;
    expect(Object.keys(asked?.headers ?? {}).sort()).toEqual([
      'accept',
      'connection',
      'content-length',
      'content-type',
      'host',
      'traceparent',
      'txn-token',
      'x-request-id',
    ]);
    expect(asked?.headers['x-request-id']).toBe('r-1');
  });

  it('gets a token for itself alone, short-lived, with the caller in it', async () => {
    await house.ask('{ me { id calls } }', { scopes: ['b', 'a'], headers: { 'x-request-id': 'r-2' } });
    const [hrToken, crmToken] = ['hr', 'crm'].map((name) =>
      String(subgraph(name).asked[0]?.headers['txn-token']),
    );
    expect(decodeProtectedHeader(hrToken ?? '')).toMatchObject({ alg: 'EdDSA', typ: 'txntoken+jwt' });
    expect(decodeJwt(crmToken ?? '').aud).toBe('crm');
    const { iat = 0, exp = 0, ...claims } = decodeJwt(hrToken ?? '');
    expect(exp - iat).toBeLessThanOrEqual(30);
    expect(claims).toEqual({
      iss: 'http://127.0.0.1:4000',
      aud: 'hr',
      sub: 'https://issuer.example|bob',
      txn: 'r-2',
      scope: 'a b',
      req_wl: 'bi',
      tctx: {
        purpose: 'none',
        obligations: {
          denied: expect.objectContaining({ Vault: '*' }),
        },
        snapshot: house.gateway.ready().generation,
      },
      rctx: { client: 'bi' },
    });
  });

  it('that is down takes its own fields with it and nothing else, and they come back', async () => {
    const query = '{ me { name payslips } people: employees { id payslips calls } }';
    await subgraph('pay').stop();
    try {
      const { status, body } = await house.ask(query, bob);
      expect(status).toBe(200);
      expect(body.data).toEqual({
        me: { name: 'Ann', payslips: null },
        people: [
          { id: '1', payslips: null, calls: 3 },
          { id: '2', payslips: null, calls: 3 },
        ],
      });
      expect(body.errors).toHaveLength(3);
      expect(body.errors).toContainEqual({
        message: 'The subgraph that serves this field is not available.',
        path: ['people', 1, 'payslips'],
        extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'pay', retryable: true },
      });
    } finally {
      await subgraph('pay').start();
    }
    const { body } = await house.ask(query, bob);
    expect(body.errors).toBeUndefined();
    expect(body.data.me.payslips).toBe(12);
  });

  it.each<[string, Instead, string]>([
    ['hangs', 'hang', 'SUBGRAPH_TIMEOUT'],
    [
      'answers too much',
      { body: JSON.stringify({ data: { me: { name: 'x'.repeat(30_000) } } }) },
      'SUBGRAPH_ERROR',
    ],
    ['redirects', { status: 302, body: '', headers: { location: 'http://127.0.0.1:9/' } }, 'SUBGRAPH_ERROR'],
    [
      'refuses our token',
      { status: 401, body: '{"errors":[{"message":"secret","extensions":{"code":"UNAUTHENTICATED"}}]}' },
      'SUBGRAPH_ERROR',
    ],
    ['is behind a proxy that cannot reach it', { status: 503, body: '<html>' }, 'SUBGRAPH_UNAVAILABLE'],
    ['answers no GraphQL', { body: '[1]' }, 'SUBGRAPH_ERROR'],
    ['answers no JSON', { body: 'Internal' }, 'SUBGRAPH_ERROR'],
    ['answers data of another shape', { body: '{"data":{"me":5}}' }, 'SUBGRAPH_ERROR'],
    [
      'fails with SQL in its text',
      {
        body: '{"data":null,"errors":[{"message":"select * from secret","extensions":{"code":"INTERNAL","stacktrace":["secret"]}}]}',
      },
      'SUBGRAPH_ERROR',
    ],
  ])('that %s is reported as what it is', async (_case, instead, code) => {
    subgraph('hr').instead = instead;
    const { body, text } = await house.ask('{ me { name manager { name } } }', bob);
    expect(body.data).toEqual({ me: null });
    expect(body.errors[0].extensions.code).toBe(code);
    expect(text).not.toMatch(/secret|select|127\.0\.0\.1/);
    expect(faults).toEqual([]);
  });

  it('speaks to the client by the closed codes alone, at the very place', async () => {
    subgraph('pay').instead = {
      body: '{"data":{"_entities":[{"payslips":1},{"payslips":null}]},"errors":[{"message":"no such month","path":["_entities",1,"payslips"],"extensions":{"code":"BAD_USER_INPUT","sql":"select"}}]}',
    };
    const { body } = await house.ask('{ employees { payslips } }', bob);
    expect(body.data).toEqual({ employees: [{ payslips: 1 }, { payslips: null }] });
    expect(body.errors).toEqual([
      {
        message: 'no such month',
        path: ['employees', 1, 'payslips'],
        extensions: { code: 'BAD_USER_INPUT', service: 'pay', retryable: false },
      },
    ]);
  });

  it('does not name, in an error, a field that was only fetched for another', async () => {
    subgraph('hr').instead = {
      body: '{"data":{"me":{"__typename":"Employee","id":"1","hidden":null}},"errors":[{"message":"x","path":["me","hidden"]}]}',
    };
    const { body, text } = await house.ask('{ me { shade } }', bob);
    expect(body.errors[0].path).toEqual(['me']);
    expect(text).not.toContain('hidden');
  });

  it('that leaves out what must not be null has an error to show for it', async () => {
    subgraph('crm').instead = { body: '{"data":{"_entities":[{"calls":null}]}}' };
    const { body } = await house.ask('{ me { name calls } }', bob);
    expect(body.data).toEqual({ me: null });
    expect(body.errors[0].extensions.code).toBe('SUBGRAPH_ERROR');
  });
});

describe('a caller', () => {
  it('without a token gets the rules of nobody, where that is allowed', async () => {
    expect((await house.ask('{ me { name } people }')).body).toEqual({
      data: { me: { name: 'Ann' }, people: null },
      errors: [
        { message: 'Access to this field is denied.', path: ['people'], extensions: { code: 'FORBIDDEN' } },
      ],
    });
    expect((await house.ask('{ people }', { scopes: [] })).body).toEqual({ data: { people: 2 } });
  });

  it('without a token sees nothing at all where it is not, the schema included', async () => {
    const closed = await openHouse([hr], { anonymous: 'deny' });
    try {
      for (const query of ['{ __schema { types { name } } }', '{ me { id } }', '{ nonsense']) {
        const { status, body } = await closed.ask(query);
        expect([status, body.errors[0].extensions.code, body.data]).toEqual([
          401,
          'UNAUTHENTICATED',
          undefined,
        ]);
      }
    } finally {
      await closed.close();
    }
  });

  it('may do everything in open mode, and is nobody', async () => {
    const open = await openHouse(company, { open: true });
    try {
      const { body } = await open.ask('{ me { salary grade rank } employees(orderBy: SALARY) { ssn } }', {
        scopes: ['x'],
      });
      expect(body.data).toEqual({
        me: { salary: 95000, grade: 'A', rank: 1 },
        employees: [{ ssn: '078-05-1120' }, { ssn: '219-09-9999' }],
      });
      const token = open.subgraphs.get('hr')?.asked[0]?.headers['txn-token'];
      expect(decodeJwt(String(token))).toMatchObject({ sub: 'anonymous', scope: '', req_wl: 'anonymous' });
    } finally {
      await open.close();
    }
  });

  it('who goes away takes the fetches along', async () => {
    subgraph('hr').instead = 'hang';
    const leaving = new AbortController();
    const started = performance.now();
    setTimeout(() => leaving.abort(new DOMException('gone', 'AbortError')), 30);
    const { body } = await house.ask('{ me { name } }', { ...bob, signal: leaving.signal });
    expect(body.errors[0].extensions.code).toBe('REQUEST_TIMEOUT');
    expect(performance.now() - started).toBeLessThan(250);
    expect(faults).toEqual([]);
  });
});

describe('the gateway', () => {
  it('connects to nobody but the subgraphs', async () => {
    const ports = new Set([...house.subgraphs.values()].map(({ url }) => Number(new URL(url).port)));
    const connect = jest.spyOn(Socket.prototype, 'connect');
    const quiet = await openHouse(company);
    try {
      await quiet.ask('{ me { name payslips calls stars } }', bob);
      await new Promise((resolve) => setTimeout(resolve, 300));
      for (const { url } of quiet.subgraphs.values()) ports.add(Number(new URL(url).port));
      const targets = connect.mock.calls.map(([target]) => {
        const [options] = Array.isArray(target) ? target : [target];
        return typeof options === 'object' && options !== null && 'port' in options
          ? Number(options.port)
          : options;
      });
      expect(targets.length).toBeGreaterThan(0);
      expect(targets.filter((port) => !ports.has(Number(port)))).toEqual([]);
    } finally {
      connect.mockRestore();
      await quiet.close();
    }
  });

  it('does not start without a graph, and says what to mend', async () => {
    const broken = { ...hr, sdl: hr.sdl.replace('manager: Employee', 'manager: Employe') };
    await expect(openHouse([hr], { sources: [broken] })).rejects.toThrow(
      /does not compose[\s\S]*hr\.graphql:\d+:\d+ \(hr, owned by hr-team\)[\s\S]*Employe/,
    );
  });
});

describe('a new source', () => {
  const seventh: SubgraphFixture = { ...crm, sdl: crm.sdl.replace('calls: Int!', 'calls: Int! fresh: Int') };
  const settled = async (check: () => Promise<boolean>) => {
    const end = Date.now() + 5_000;
    while (!(await check())) {
      if (Date.now() > end) throw new Error('it did not come');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  it('serves within two seconds, and no request fails or mixes two generations', async () => {
    const swapping = await openHouse([hr, pay, crm, scores]);
    let running = true;
    const results: string[] = [];
    const client = async () => {
      while (running) results.push((await swapping.ask('{ me { name payslips calls } }', bob)).text);
    };
    const clients = [client(), client(), client()];
    try {
      const before = swapping.gateway.ready().generation;
      const started = Date.now();
      await swapping.writeSource([hr, pay, seventh, scores]);
      await settled(async () => (await swapping.ask('{ me { fresh } }', bob)).status === 200);
      expect(Date.now() - started).toBeLessThan(2_000);
      expect(swapping.gateway.ready().generation).not.toBe(before);
    } finally {
      running = false;
      await Promise.all(clients);
      await swapping.close();
    }
    expect(results.length).toBeGreaterThan(10);
    expect([...new Set(results)]).toEqual(['{"data":{"me":{"name":"Ann","payslips":12,"calls":3}}}']);
  });

  it('that does not compose leaves the old one in force, and says so until it is mended', async () => {
    const refusals: string[] = [];
    const kept = await openHouse([hr, pay, crm], {
      observers: { snapshotRefused: ({ message }) => void refusals.push(message) },
    });
    try {
      const { generation } = kept.gateway.ready();
      await writeFile(join(kept.folder, 'crm.graphql'), 'type Query { me: Nonsense }');
      await settled(async () => kept.gateway.ready().refused !== undefined);
      expect(kept.gateway.ready()).toMatchObject({ ready: true, generation });
      expect(kept.gateway.ready().refused).toMatch(/crm\.graphql:1:\d+/);
      expect(refusals).toHaveLength(1);
      expect((await kept.ask('{ me { calls } }', bob)).body).toEqual({ data: { me: { calls: 3 } } });
      await kept.writeSource([hr, pay, crm]);
      await settled(async () => kept.gateway.ready().refused === undefined);
      expect(kept.gateway.ready().generation).toBe(generation);
    } finally {
      await kept.close();
    }
  });
});
