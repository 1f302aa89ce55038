/** The listener for operators, and what it counts, of a gateway as its program runs it. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { request as send } from 'node:http';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Operated, type OperatedOptions, openOperated } from './fixture/operated.ts';
import { openToAll } from './fixture/rules.ts';
import { ListenError } from './listen/errors.ts';

const opened: Operated[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

async function open(options?: OperatedOptions): Promise<Operated> {
  const operated = await openOperated(options);
  opened.push(operated);
  return operated;
}

async function until(check: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error('not within five seconds');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function statusOf(url: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const sent = send(url, { headers }).end();
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
}

describe('the listener for operators', () => {
  const told: { level: string; message: string }[] = [];
  let usual: Operated;
  beforeAll(async () => {
    usual = await openOperated({ observers: { lifecycle: (event) => void told.push(event) } });
  });
  afterAll(async () => usual?.close());

  test('has probes with details and metrics, and nothing of the graph', async () => {
    const { adminUrl } = usual;
    expect(await (await fetch(`${adminUrl}/healthz`)).json()).toEqual({ status: 'ok' });
    const ready = await fetch(`${adminUrl}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      status: 'ready',
      generation: expect.any(String),
      policies: expect.any(String),
      subgraphs: ['music'],
    });
    const metrics = await fetch(`${adminUrl}/metrics`, { headers: { origin: 'https://app.example' } });
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(metrics.headers.get('cache-control')).toBe('no-store');
    expect([...metrics.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(await metrics.text()).toMatch(/^process_cpu_user_seconds_total \d/m);
    for (const path of ['/', '/graphql', '/v1/schema.graphql', '/.well-known/jwks.json', '/metrics/'])
      expect(await statusOf(`${adminUrl}${path}`)).toBe(404);
    const asked = await fetch(`${adminUrl}/graphql`, { method: 'POST', body: '{"query":"{ song }"}' });
    expect(await asked.json()).toEqual({
      errors: [
        {
          message: 'There is nothing here. Probes are at /healthz and /readyz, metrics at /metrics.',
          extensions: { code: 'NOT_FOUND' },
        },
      ],
    });
  });

  test('leaves to clients whether the gateway is ready, and its keys', async () => {
    const { gateway } = usual;
    const ready = await fetch(`${gateway.url}/readyz`);
    expect({ status: ready.status, text: await ready.text() }).toEqual({
      status: 200,
      text: '{"status":"ready"}',
    });
    expect(await statusOf(`${gateway.url}/healthz`)).toBe(200);
    expect(await statusOf(`${gateway.url}/.well-known/jwks.json`)).toBe(200);
    expect(await statusOf(`${gateway.url}/metrics`)).toBe(404);
  });

  test('is not there unless it is configured, and details are where they were', async () => {
    const { gateway } = await open({ settings: '' });
    expect(gateway.adminUrl).toBeUndefined();
    expect(await statusOf(`${gateway.url}/metrics`)).toBe(404);
    expect(await (await fetch(`${gateway.url}/readyz`)).json()).toMatchObject({ subgraphs: ['music'] });
  });

  test('on loopback, answers nobody who calls it by another name', async () => {
    const { adminUrl } = usual;
    for (const path of ['/metrics', '/readyz', '/healthz', '/nothing'])
      expect(await statusOf(`${adminUrl}${path}`, { host: 'evil.example' })).toBe(421);
    expect(await statusOf(`${adminUrl}/metrics`, { host: 'localhost:9464' })).toBe(200);
  });

  test('on loopback, is warned of to nobody', () => {
    expect(told).toEqual([
      { level: 'info', message: `probes and metrics are at ${usual.adminUrl}` },
      { level: 'info', message: `listening at ${usual.gateway.url}` },
    ]);
  });

  test('is warned of where others can reach it, and answers by any name there', async () => {
    const here: { level: string; message: string }[] = [];
    const { adminUrl } = await open({
      settings: 'admin: { host: 0.0.0.0, port: 0 }',
      observers: { lifecycle: (event) => void here.push(event) },
    });
    const warning =
      'probes and metrics are for everybody who can reach 0.0.0.0: keep others away there, or set admin.host to 127.0.0.1';
    expect(here).toContainEqual({ level: 'warn', message: warning });
    const addresses = Object.values(networkInterfaces()).flat();
    const host = addresses.find((each) => each?.family === 'IPv4' && !each.internal)?.address ?? '127.0.0.1';
    const { port } = new URL(adminUrl);
    expect(await statusOf(`http://${host}:${port}/healthz`, { host: 'gateway.example' })).toBe(200);
  });

  test('at a port that is taken keeps the gateway from starting', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const address = squatter.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const attempt = openOperated({ settings: `admin: { port: ${port} }` });
    await expect(attempt).rejects.toThrow(ListenError);
    await expect(attempt).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken by another program. Stop that program, or give the gateway another port (admin.port in its configuration).`,
    );
    squatter.close();
  });

  test('says while the gateway stops that it is not ready, and ends last', async () => {
    let release = () => {};
    let arrived = false;
    const { gateway, adminUrl, token, ask, scrape } = await open({
      song() {
        arrived = true;
        return new Promise((resolve) => {
          release = () => resolve('la');
        });
      },
    });
    const answer = ask('{ song }', `Bearer ${token()}`);
    await until(() => arrived);
    const closing = gateway.close();
    await until(async () => (await statusOf(`${adminUrl}/readyz`)) === 503);
    await until(() =>
      statusOf(`${gateway.url}/healthz`).then(
        () => false,
        () => true,
      ),
    );
    expect(await (await fetch(`${adminUrl}/readyz`)).json()).toMatchObject({
      status: 'not ready',
      subgraphs: ['music'],
    });
    expect(await statusOf(`${adminUrl}/healthz`)).toBe(200);
    expect((await scrape()).filter((line) => line.startsWith('portcullis_requests_total'))).toEqual([]);
    release();
    expect(await (await answer).json()).toEqual({ data: { song: 'la' } });
    await closing;
    await expect(fetch(`${adminUrl}/healthz`)).rejects.toThrow('fetch failed');
  });
});

/** Of the gateway's own metrics, without times and buckets. */
function counts(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.startsWith('portcullis_') && !/_sum[{ ]|_bucket\{/.test(line)).sort();
}

function seriesOf(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.slice(0, line.lastIndexOf(' '))).sort();
}

/** What nobody of them may find in a metric. */
const canaries = {
  operation: 'CanaryOperation',
  alias: 'canaryAlias',
  literal: 'canary-literal',
  subject: 'canary-subject',
  client: 'canary-client',
  issuer: 'https://canary-issuer.example',
  requestId: 'canary-request-id',
  field: 'canaryField',
};

const asCanary = { sub: canaries.subject, client_id: canaries.client };
const asksCanary = `query ${canaries.operation} { ${canaries.alias}: song(title: "${canaries.literal}") }`;

/** One of each kind of request; what they carry has canaries in it. */
async function mixture({ gateway, music, token, ask }: Operated): Promise<readonly string[]> {
  const good = `Bearer ${token(asCanary)}`;
  const bad = [
    'nonsense',
    `${token(asCanary).slice(0, -8)}AAAAAAAA`,
    token({ ...asCanary, exp: 1 }),
    token({ ...asCanary, iss: canaries.issuer }),
    token({ ...asCanary, aud: 'somebody-else' }),
  ];
  const headers = { 'x-request-id': canaries.requestId };
  for (let n = 0; n < 3; n += 1) await (await ask(asksCanary, good, headers)).text();
  for (const each of bad) expect((await ask(asksCanary, `Bearer ${each}`)).status).toBe(401);
  await (await ask('{ fee }', good)).text();
  await (await ask(`{ ${canaries.field} }`, good)).text();
  await (await ask('query {', good)).text();
  await (await fetch(`${gateway.url}/v1/schema.graphql`, { headers: { authorization: good } })).text();
  music.instead = { status: 500, body: 'out of order' };
  await (await ask('{ fee song }', good)).text();
  music.instead = undefined;
  const stream = await ask(`subscription ${canaries.operation} { ticks }`, good, {
    accept: 'text/event-stream',
  });
  await until(() => music.events.subscribers === 1);
  music.events.publish(1);
  music.events.publish(2);
  music.events.complete();
  await stream.text();
  return [...Object.values(canaries), ...bad.slice(1), good.slice('Bearer '.length)];
}

describe('metrics', () => {
  test('count by words of closed lists and names of the configuration', async () => {
    const operated = await open();
    const secrets = await mixture(operated);
    const lines = await operated.scrape();
    expect(counts(lines)).toEqual([
      'portcullis_audit_failed 0',
      'portcullis_callers_throttled_total{by="address"} 0',
      'portcullis_callers_throttled_total{by="principal"} 0',
      'portcullis_keys_fetched_total{issuer="https://login.example.com"} 1',
      'portcullis_keys_unavailable_total{issuer="https://login.example.com"} 0',
      'portcullis_login_refused_total 0',
      'portcullis_request_duration_seconds_count{operation="query"} 5',
      'portcullis_request_duration_seconds_count{operation="unknown"} 8',
      'portcullis_requests_total{operation="query",outcome="FORBIDDEN"} 1',
      'portcullis_requests_total{operation="query",outcome="SUBGRAPH_ERROR"} 1',
      'portcullis_requests_total{operation="query",outcome="ok"} 3',
      'portcullis_requests_total{operation="subscription",outcome="ok"} 1',
      'portcullis_requests_total{operation="unknown",outcome="GRAPHQL_PARSE_FAILED"} 1',
      'portcullis_requests_total{operation="unknown",outcome="GRAPHQL_VALIDATION_FAILED"} 1',
      'portcullis_requests_total{operation="unknown",outcome="UNAUTHENTICATED"} 5',
      'portcullis_requests_total{operation="unknown",outcome="ok"} 1',
      'portcullis_snapshot_refused 0',
      'portcullis_snapshots_refused_total 0',
      'portcullis_snapshots_swapped_total 1',
      'portcullis_stream_results_total 2',
      'portcullis_streams_open 0',
      'portcullis_subgraph_faults_total{subgraph="music",reason="no GraphQL response"} 1',
      'portcullis_subgraph_request_duration_seconds_count{subgraph="music"} 5',
      'portcullis_subgraph_requests_total{subgraph="music",outcome="answered"} 5',
      'portcullis_tokens_refused_total{kind="claims"} 1',
      'portcullis_tokens_refused_total{kind="expired"} 1',
      'portcullis_tokens_refused_total{kind="issuer"} 1',
      'portcullis_tokens_refused_total{kind="keys"} 0',
      'portcullis_tokens_refused_total{kind="malformed"} 1',
      'portcullis_tokens_refused_total{kind="revoked"} 0',
      'portcullis_tokens_refused_total{kind="signature"} 1',
      'portcullis_tokens_refused_total{kind="unknownKey"} 0',
    ]);
    const all = lines.join('\n');
    for (const secret of secrets) expect(all).not.toContain(secret);
  });

  test('have no more series for more callers, clients, operations and wrong tokens', async () => {
    const operated = await open();
    const { token, ask, scrape } = operated;
    await mixture(operated);
    await scrape();
    const before = seriesOf(counts(await scrape()));
    for (let n = 0; n < 20; n += 1) {
      const claims = { sub: `sub-${n}`, client_id: `client-${n}`, jti: `jti-${n}` };
      const query = `query Operation${n} { alias${n}: song(title: "${n}") }`;
      const answer = await ask(query, `Bearer ${token(claims)}`, { 'x-forwarded-for': `192.0.2.${n}` });
      expect(await answer.json()).toEqual({ data: { [`alias${n}`]: 'la' } });
      await (await ask(query, `Bearer ${token({ ...claims, iss: `https://issuer-${n}.example` })}`)).text();
      await (await ask(`{ unknown${n} }`, `Bearer ${token(claims)}`)).text();
    }
    const after = await scrape();
    expect(seriesOf(counts(after))).toEqual(before);
    expect(after).toContain('portcullis_requests_total{operation="query",outcome="ok"} 23');
  });

  test('count those of whom nothing is verified any more', async () => {
    const { ask, token, scrape } = await open({
      settings: 'admin: { port: 0 }\nlimits: { refusedTokensPerAddress: 2 }',
    });
    for (let n = 0; n < 4; n += 1)
      await (await ask('{ song }', `Bearer ${token({ sub: `sub-${n}` })}`)).text();
    for (let n = 0; n < 4; n += 1) await (await ask('{ song }', 'Bearer nonsense')).text();
    const lines = await scrape();
    expect(lines).toContain('portcullis_callers_throttled_total{by="address"} 2');
    expect(lines).toContain('portcullis_requests_total{operation="unknown",outcome="RATE_LIMITED"} 2');
  });

  test('say that streams are open, and that a stream has ended', async () => {
    const { ask, token, scrape, music } = await open();
    const stream = await ask('subscription { ticks }', `Bearer ${token()}`, { accept: 'text/event-stream' });
    await until(() => music.events.subscribers === 1);
    expect(await scrape()).toContain('portcullis_streams_open 1');
    await stream.body?.cancel();
    await until(async () => (await scrape()).includes('portcullis_streams_open 0'));
  });

  test('say that a source was refused, and that it is mended', async () => {
    const { folder, scrape } = await open();
    const file = join(folder, 'policies/global/rules.cedar');
    await writeFile(file, 'permit (nonsense');
    await until(async () => (await scrape()).includes('portcullis_snapshot_refused 1'));
    expect(await scrape()).toContain('portcullis_snapshots_refused_total 1');
    await writeFile(file, `${openToAll}// mended\n`);
    await until(async () => (await scrape()).includes('portcullis_snapshot_refused 0'));
    expect(await scrape()).toContain('portcullis_snapshots_swapped_total 2');
  });

  test('say that a breaker is open', async () => {
    const { ask, token, scrape, music } = await open({
      settings: 'admin: { port: 0 }\nlimits: { subgraphRetries: 0 }',
    });
    await music.stop();
    for (let n = 0; n < 25; n += 1) await (await ask('{ song }', `Bearer ${token()}`)).text();
    const lines = await scrape();
    expect(lines).toContain('portcullis_subgraph_breaker_open{subgraph="music"} 1');
    expect(lines).toContain('portcullis_subgraph_requests_total{subgraph="music",outcome="unavailable"} 20');
    expect(lines).toContain('portcullis_subgraph_requests_total{subgraph="music",outcome="refused"} 5');
    expect(lines).toContain('portcullis_subgraph_request_duration_seconds_count{subgraph="music"} 20');
    expect(lines).toContain('portcullis_requests_total{operation="query",outcome="SUBGRAPH_UNAVAILABLE"} 25');
  });
});
