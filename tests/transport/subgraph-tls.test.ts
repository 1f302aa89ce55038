/** TLS between a gateway and its subgraphs: who is verified by whom, and what happens when certificates are exchanged. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-sse';
import { type Authority, createAuthority, put, putCertified } from './authority.ts';
import { ask, type GivenGateway, openShelf, type Shelf, type StartedGateway } from './shelf.ts';

let shelf: Shelf;
let authority: Authority;
let stranger: Authority;
let url: string;
beforeAll(async () => {
  shelf = await openShelf();
  authority = await createAuthority('authority');
  stranger = await createAuthority('stranger');
  await put(shelf.folder, { 'ca.pem': authority.certificate, 'stranger-ca.pem': stranger.certificate });
  await putCertified(shelf.folder, 'library', await authority.certify('library'));
  await putCertified(shelf.folder, 'gateway', await authority.certify('gateway'));
  await putCertified(shelf.folder, 'stranger', await stranger.certify('gateway'));
  url = (await shelf.startSubgraph(tlsEnvironment('library'))).url;
}, 120_000);
afterAll(() => shelf?.close());

const path = (name: string) => join(shelf.folder, name);
const tlsEnvironment = (name: string) => ({
  TLS_CERTIFICATE: path(`${name}.pem`),
  TLS_KEY: path(`${name}.key`),
  TLS_CLIENT_CA: path('ca.pem'),
});

const books = '{ books(first: 1) { nodes { title } } }';
const titles = { books: { nodes: [{ title: 'Book 1' }] } };

let codes: (string | undefined)[];
let refused: string[];
beforeEach(() => {
  codes = [];
  refused = [];
});

function start(tls: string, more: Partial<GivenGateway> = {}): Promise<StartedGateway> {
  return shelf.startGateway({
    url,
    yaml: tls === '' ? '' : `subgraphTls: { ${tls} }\nlimits: { subgraphRetries: 0 }`,
    observers: {
      subgraphRequestEnded: ({ code }) => void codes.push(code),
      certificatesRefused: ({ setting, reason }) => void refused.push(`${setting}: ${reason}`),
    },
    ...more,
  });
}

const both = 'ca: ca.pem, certificate: gateway.pem, key: gateway.key';

async function numbersBy(gateway: StartedGateway) {
  const client = createClient({ url: gateway.url, retryAttempts: 0 });
  const results = [];
  for await (const result of client.iterate({ query: 'subscription { numbers(count: 2) }' }))
    results.push(result);
  client.dispose();
  return results;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 15_000; !(await holds()); await sleep(20))
    if (performance.now() > end) throw new Error(`it never held: ${String(holds)}`);
}

describe('a subgraph that asks for certificates', () => {
  it('answers a gateway that has one of its authority, queries and events', async () => {
    expect(url).toMatch(/^https:/);
    const gateway = await start(both);
    expect(await ask(gateway, books)).toMatchObject({ status: 200, data: titles });
    expect(await numbersBy(gateway)).toEqual([{ data: { numbers: '1 ' } }, { data: { numbers: '2 ' } }]);
  });

  it('publishes over WebSocket to it as well', async () => {
    const gateway = await start(both, { subscriptions: 'ws' });
    expect(await numbersBy(gateway)).toEqual([{ data: { numbers: '1 ' } }, { data: { numbers: '2 ' } }]);
  });

  it.each([
    ['no certificate', 'ca: ca.pem'],
    ['one of another authority', 'ca: ca.pem, certificate: stranger.pem, key: stranger.key'],
  ])('answers nothing to a gateway with %s', async (_, tls) => {
    const statements = shelf.statements();
    const events = await numbersBy(await start(tls));
    expect(JSON.stringify(events)).toContain('SUBGRAPH_UNAVAILABLE');
    const byWs = await numbersBy(await start(tls, { subscriptions: 'ws' }));
    expect(JSON.stringify(byWs)).toContain('SUBGRAPH_UNAVAILABLE');
    const { data, errors } = await ask(await start(tls), books);
    expect(data).toEqual({ books: null });
    expect(errors?.[0]?.extensions['code']).toBe('SUBGRAPH_UNAVAILABLE');
    expect(shelf.statements()).toBe(statements);
  });
});

describe('a gateway', () => {
  afterEach(() => {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  });

  it.each([
    ['no authority of its own', 'certificate: gateway.pem, key: gateway.key'],
    ['another authority', 'ca: stranger-ca.pem, certificate: gateway.pem, key: gateway.key'],
    ['nothing said of TLS', ''],
  ])('with %s sends a subgraph nothing, though Node.js is told to verify nobody', async (_, tls) => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    const statements = shelf.statements();
    const gateway = await start(tls);
    expect(await ask(gateway, books)).toMatchObject({ data: { books: null } });
    expect(JSON.stringify(await numbersBy(gateway))).toContain('SUBGRAPH_UNAVAILABLE');
    const byWs = await start(tls, { subscriptions: 'ws' });
    expect(JSON.stringify(await numbersBy(byWs))).toContain('SUBGRAPH_UNAVAILABLE');
    expect(new Set(codes).size).toBe(1);
    expect(codes[0]).toBe('SELF_SIGNED_CERT_IN_CHAIN');
    expect(shelf.statements()).toBe(statements);
  });

  it('sends nothing to a subgraph whose certificate is for another name, or has expired', async () => {
    const names = [{ type: 'dns', value: 'elsewhere.example' }] as const;
    await putCertified(shelf.folder, 'misnamed', await authority.certify('misnamed', { names }));
    await putCertified(shelf.folder, 'expired', await authority.certify('expired', { days: -1 }));
    for (const name of ['misnamed', 'expired']) {
      const { url: other } = await shelf.startSubgraph(tlsEnvironment(name));
      expect(await ask(await start(both, { url: other }), books)).toMatchObject({ data: { books: null } });
    }
    expect(new Set(codes)).toEqual(new Set(['ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED']));
  });

  it('does not start with what it could not use, and says what it is', async () => {
    await put(shelf.folder, { 'no.pem': 'nothing', 'no.key': 'a secret' });
    const starting = (tls: string) => start(tls).catch((error: Error) => error.message);
    expect(await starting('certificate: gateway.pem, key: library.key')).toMatch(
      /^subgraphTls: the key .*library\.key is not that of the first certificate in .*gateway\.pem\. Put the key beside/,
    );
    expect(await starting('certificate: no.pem, key: gateway.key')).toMatch(
      /^subgraphTls\.certificate: .*no\.pem holds no certificate\. It has to hold/,
    );
    const withoutKey = await starting('certificate: gateway.pem, key: no.key');
    expect(withoutKey).toMatch(/^subgraphTls\.key: .*no\.key holds no private key that can be read\./);
    expect(withoutKey).not.toContain('a secret');
    expect(await starting('ca: nowhere.pem')).toMatch(/nowhere\.pem cannot be read \(ENOENT\)\.$/);
    expect(await starting('certificate: gateway.pem')).toMatch(
      /line \d+: subgraphTls must have property key/,
    );
  });
});

/** Answers with the one title, and knows by which certificate it was asked. */
interface Witness {
  readonly url: string;
  /** Of each request, the subject of the client's certificate. */
  readonly askedBy: string[];
  readonly open: ReadonlySet<TLSSocket>;
  /** Answers wait for it. */
  hold: Promise<void> | undefined;
  close(): Promise<void>;
}

async function openWitness(): Promise<Witness> {
  const [own, askedBy, open] = [await authority.certify('witness'), [] as string[], new Set<TLSSocket>()];
  const { certificate: cert, key } = own;
  const options = { cert, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: true };
  const server: Server = createServer(options, (request, response) => {
    askedBy.push(String((request.socket as TLSSocket).getPeerCertificate().subject.CN));
    void (async () => {
      if (request.headers.accept === 'text/event-stream') {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('event: next\ndata: {"data":{"numbers":"before"}}\n\n');
        await witness.hold;
        response.end('event: next\ndata: {"data":{"numbers":"after"}}\n\nevent: complete\ndata:\n\n');
        return;
      }
      await witness.hold;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: titles }));
    })();
  });
  server.on('secureConnection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const witness: Witness = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    askedBy,
    open,
    hold: undefined,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return witness;
}

describe('when the certificate of a gateway is exchanged', () => {
  const own = 'ca: ca.pem, certificate: turning.pem, key: turning.key';
  let witness: Witness;
  beforeEach(async () => {
    witness = await openWitness();
    await putCertified(shelf.folder, 'turning', await authority.certify('first'));
  });
  afterEach(() => witness.close());

  it('what is under way ends as it began, and what comes then has the new one', async () => {
    const read: unknown[] = [];
    const gateway = await start(own, {
      url: witness.url,
      observers: { certificatesRead: (event) => void read.push(event) },
    });
    expect(await ask(gateway, books)).toMatchObject({ data: titles });
    let letGo = () => {};
    witness.hold = new Promise((resolve) => {
      letGo = resolve;
    });
    const slow = ask(gateway, '{ books(first: 1) { nodes { title } } } # slow');
    const stream = numbersBy(gateway);
    await until(() => witness.askedBy.length === 3);
    const before = [...witness.open];
    await putCertified(shelf.folder, 'turning', await authority.certify('second'));
    await until(() => read.length > 1);
    const next = ask(gateway, '{ books(first: 2) { nodes { title } } }');
    await until(() => witness.askedBy.length === 4);
    expect(before.filter((socket) => !socket.destroyed)).toHaveLength(2);
    letGo();
    expect(await slow).toMatchObject({ data: titles });
    expect(await next).toMatchObject({ data: titles });
    expect(await stream).toEqual([{ data: { numbers: 'before' } }, { data: { numbers: 'after' } }]);
    expect(witness.askedBy).toEqual(['first', 'first', 'first', 'second']);
    await until(() => before.every((socket) => socket.destroyed));
    await numbersBy(gateway);
    expect(witness.askedBy.at(-1)).toBe('second');
    await gateway.close();
  }, 30_000);

  it('with one that cannot be used, that of before stays in force, and it is told until it is mended', async () => {
    const gateway = await start(own, { url: witness.url });
    expect(await ask(gateway, books)).toMatchObject({ data: titles });
    const { certificate, key } = await authority.certify('third');
    await put(shelf.folder, { 'turning.pem': certificate });
    await until(() => refused.length > 0);
    expect(refused[0]).toMatch(/^subgraphTls: .*the key .*turning\.key is not that of the first certificate/);
    expect(gateway.gateway.ready().refusedFiles).toEqual(['subgraphTls']);
    const readyz = await fetch(gateway.url.replace('/graphql', '/readyz'));
    expect(await readyz.json()).toMatchObject({ status: 'ready', refusedFiles: ['subgraphTls'] });
    expect(await ask(gateway, books)).toMatchObject({ data: titles });
    expect(witness.askedBy).toEqual(['first', 'first']);
    await put(shelf.folder, { 'turning.key': key });
    await until(() => gateway.gateway.ready().refusedFiles.length === 0);
    expect(await ask(gateway, books)).toMatchObject({ data: titles });
    expect(witness.askedBy.at(-1)).toBe('third');
    await gateway.close();
  }, 30_000);
});

it('a certificate that ends soon is told of, and one that has ended is', async () => {
  const told: unknown[] = [];
  const observers = { certificateEnding: (event: unknown) => void told.push(event) };
  for (const days of [-1, 7, 100]) {
    const certified = await authority.certify('old', { days });
    await putCertified(shelf.folder, 'old', certified);
    await (await start('certificate: old.pem, key: old.key', { observers })).close();
  }
  expect(told).toMatchObject([
    { setting: 'subgraphTls', isOver: true, validTo: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
    { setting: 'subgraphTls', isOver: false },
  ]);
});

describe('a subgraph of the kit', () => {
  async function subjectAt(port: number, certified = 'gateway'): Promise<string> {
    const { readFile } = await import('node:fs/promises');
    const [ca, cert, key] = await Promise.all(
      ['ca.pem', `${certified}.pem`, `${certified}.key`].map((name) => readFile(path(name), 'utf8')),
    );
    return new Promise((resolve, reject) => {
      const socket = connect(
        { port, host: '127.0.0.1', ca: ca ?? '', cert: cert ?? '', key: key ?? '' },
        () => {
          resolve(String(socket.getPeerCertificate().subject.CN));
          socket.destroy();
        },
      );
      socket.on('error', reject);
    });
  }

  it('has another certificate as soon as it is in its files, and keeps the one of before where it is not right', async () => {
    await putCertified(shelf.folder, 'changing', await authority.certify('one'));
    const { port } = await shelf.startSubgraph(tlsEnvironment('changing'));
    expect(await subjectAt(port)).toBe('one');
    await putCertified(shelf.folder, 'changing', await authority.certify('two'));
    await until(async () => (await subjectAt(port)) === 'two');
    shelf.log.lines.length = 0;
    await put(shelf.folder, { 'changing.key': 'not one' });
    await until(() => shelf.log.text().includes('other certificates were refused'));
    expect(shelf.log.text()).toContain('TLS_KEY holds no private key in PEM form');
    expect(await subjectAt(port)).toBe('two');
  }, 30_000);

  it('speaks no TLS before 1.2', async () => {
    const { port } = await shelf.startSubgraph(tlsEnvironment('library'));
    const socket = connect({ port, host: '127.0.0.1', maxVersion: 'TLSv1.1', rejectUnauthorized: false });
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toMatch(/^(ERR_SSL_|EPROTO|ECONNRESET)/);
  });

  it.each([
    ['a certificate alone', { TLS_KEY: undefined }, 'TLS_KEY is not set: the private key of TLS_CERTIFICATE'],
    [
      'authorities alone',
      { TLS_KEY: undefined, TLS_CERTIFICATE: undefined },
      'TLS_CLIENT_CA needs TLS_CERTIFICATE and TLS_KEY',
    ],
    [
      'another key',
      { TLS_KEY: 'gateway.key' },
      'TLS_KEY is not the key of the certificate in TLS_CERTIFICATE',
    ],
    [
      'no such file',
      { TLS_CLIENT_CA: 'nowhere.pem' },
      /TLS_CLIENT_CA: the file .*nowhere\.pem cannot be read/,
    ],
  ])('does not start with %s', async (_, change, message) => {
    const changed = Object.entries(change).map(([name, file]) => [name, file && path(file)] as const);
    const environment = { ...tlsEnvironment('library'), ...Object.fromEntries(changed) };
    await expect(shelf.startSubgraph(environment)).rejects.toThrow(message);
  });
});
