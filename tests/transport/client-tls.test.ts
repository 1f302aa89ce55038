/** TLS between clients and a gateway, and tokens that count over one client's connections alone (RFC 8705). */
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { type Authority, type Certified, createAuthority, put, putCertified } from './authority.ts';
import { type Answered, type GivenGateway, openShelf, type Shelf, type StartedGateway } from './shelf.ts';

let shelf: Shelf;
let library: string;
let authority: Authority;
let ann: Certified;
let bob: Certified;
let stranger: Certified;
let gateway: StartedGateway;
let plain: StartedGateway;
let reasons: string[];
beforeAll(async () => {
  shelf = await openShelf();
  library = (await shelf.startSubgraph()).url;
  authority = await createAuthority('authority');
  [ann, bob] = [await authority.certify('ann'), await authority.certify('bob')];
  stranger = await (await createAuthority('stranger')).certify('ann');
  await put(shelf.folder, { 'ca.pem': authority.certificate });
  await putCertified(shelf.folder, 'own', await authority.certify('gateway'));
  gateway = await start(mutual('optional'));
  plain = await start();
}, 120_000);
afterAll(() => shelf?.close());
beforeEach(() => {
  reasons = [];
});

const tls = 'certificate: own.pem, key: own.key';
const mutual = (clients: string, files = tls) =>
  `tls: { ${files}, clientCa: ca.pem, clientCertificates: ${clients} }`;

function start(listen?: string, more: Partial<GivenGateway> = {}): Promise<StartedGateway> {
  return shelf.startGateway({
    url: library,
    ...(listen !== undefined && { listen }),
    observers: { tokenRefused: ({ reason }) => void reasons.push(reason) },
    ...more,
  });
}

const books = '{ books(first: 1) { nodes { title } } }';
const titles = { books: { nodes: [{ title: 'Book 1' }] } };
const optionsOf = (certified: Certified | undefined) => ({
  ca: authority.certificate,
  ...(certified && { cert: certified.certificate, key: certified.key }),
});

interface By {
  readonly certified?: Certified | undefined;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** On a connection of its own. */
function ask({ url }: StartedGateway, { certified, token, headers = {} }: By = {}): Promise<Answered> {
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const sent = { 'content-type': 'application/json', ...authorization, ...headers };
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      { method: 'POST', agent: false, ...optionsOf(certified), headers: sent },
      (response) => {
        let text = '';
        response.on('data', (piece) => {
          text += String(piece);
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, ...JSON.parse(text) }));
      },
    );
    request.on('error', reject);
    request.end(JSON.stringify({ query: books }));
  });
}

const tokenWith = (cnf: unknown) => shelf.tokens.tokenWith(['read'], { cnf } as never);
const tokenOf = ({ thumbprint }: Certified) => tokenWith({ 'x5t#S256': thumbprint });

async function expectRefused(asking: Promise<Answered>): Promise<void> {
  const statements = shelf.statements();
  expect(await asking).toEqual({
    status: 401,
    errors: [
      {
        message: 'The access token is not valid.',
        extensions: expect.objectContaining({ code: 'UNAUTHENTICATED' }),
      },
    ],
  });
  expect(shelf.statements()).toBe(statements);
}

describe('a gateway with a certificate', () => {
  it('answers over TLS, says so in its address, and not over plain HTTP', async () => {
    expect(gateway.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/graphql$/);
    expect(await ask(gateway)).toMatchObject({ status: 200, data: titles });
    await expect(ask({ ...gateway, url: gateway.url.replace('https', 'http') })).rejects.toThrow();
    expect(await ask(gateway)).toMatchObject({ status: 200 });
  });

  it('looks at a token however many headers stand before it', async () => {
    const forged = `${await shelf.tokens.tokenWith(['read'])}x`;
    const headers = { a: Array.from({ length: 2_200 }, () => ''), authorization: `Bearer ${forged}` };
    await expectRefused(ask(gateway, { headers: headers as never }));
  });

  it('speaks no TLS before 1.2', async () => {
    const port = Number(new URL(gateway.url).port);
    const socket = connect({ port, host: '127.0.0.1', maxVersion: 'TLSv1.1', rejectUnauthorized: false });
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toMatch(/^(ERR_SSL_|EPROTO|ECONNRESET)/);
  });

  it('has another one as soon as it is in its files, and keeps that of before where it is not right', async () => {
    await putCertified(shelf.folder, 'changing', await authority.certify('one'));
    const refused: string[] = [];
    const changing = await start('tls: { certificate: changing.pem, key: changing.key }', {
      observers: { certificatesRefused: ({ setting, reason }) => void refused.push(`${setting} ${reason}`) },
    });
    const subject = async () => {
      const port = Number(new URL(changing.url).port);
      const socket = connect({ port, host: '127.0.0.1', ...optionsOf(undefined) });
      await once(socket, 'secureConnect');
      const { CN } = socket.getPeerCertificate().subject;
      socket.destroy();
      return CN;
    };
    expect(await subject()).toBe('one');
    await putCertified(shelf.folder, 'changing', await authority.certify('two'));
    while ((await subject()) !== 'two') await sleep(20);
    await put(shelf.folder, { 'changing.pem': (await authority.certify('three')).certificate });
    while (refused.length === 0) await sleep(20);
    expect(refused[0]).toMatch(/^listen\.tls .*the key .*changing\.key is not that of the first certificate/);
    expect(changing.gateway.ready().refusedFiles).toEqual(['listen.tls']);
    expect(await subject()).toBe('two');
    await changing.close();
  }, 30_000);

  it('does not start with a key that is not its own, and says so', async () => {
    await putCertified(shelf.folder, 'other', await authority.certify('other'));
    await expect(start('tls: { certificate: own.pem, key: other.key }')).rejects.toThrow(
      /^listen\.tls: the key .*other\.key is not that of the first certificate in .*own\.pem\./,
    );
  });

  it('does not start with a key that others can read', async () => {
    await putCertified(shelf.folder, 'shown', await authority.certify('shown'));
    await chmod(join(shelf.folder, 'shown.key'), 0o644);
    await expect(start('tls: { certificate: shown.pem, key: shown.key }')).rejects.toThrow(
      /listen\.tls\.key .*shown\.key is open to others than its owner \(mode 0644\)\. Run: chmod 600/,
    );
  });

  it.each([
    ['clientCertificates: optional', 'listen.tls.clientCertificates is optional, and there is no authority'],
    ['clientCa: ca.pem', 'listen.tls.clientCa has no use while clients are asked for no certificate'],
  ])('does not start with %s alone', async (members, message) => {
    await expect(start(`tls: { ${tls}, ${members} }`)).rejects.toThrow(message);
  });
});

describe('a gateway that requires certificates', () => {
  it('gives no connection to whoever has none of its authority', async () => {
    const strict = await start(mutual('required'));
    expect(await ask(strict, { certified: ann })).toMatchObject({ data: titles });
    const statements = shelf.statements();
    await expect(ask(strict)).rejects.toThrow();
    await expect(ask(strict, { certified: stranger })).rejects.toThrow();
    await expect(ask(strict, { certified: await authority.certify('old', { days: -1 }) })).rejects.toThrow();
    expect(shelf.statements()).toBe(statements);
    await strict.close();
  });
});

describe('a token that is bound to a certificate', () => {
  it('counts over connections with that one, and again', async () => {
    const token = await tokenOf(ann);
    for (const _ of [1, 2])
      expect(await ask(gateway, { certified: ann, token })).toMatchObject({ data: titles });
    expect(reasons).toEqual([]);
  });

  it('counts over no other, though it was verified a moment ago', async () => {
    const token = await tokenOf(ann);
    expect(await ask(gateway, { certified: ann, token })).toMatchObject({ data: titles });
    await expectRefused(ask(gateway, { certified: bob, token }));
    await expectRefused(ask(gateway, { token }));
    await expectRefused(ask(plain, { token }));
    expect(await ask(gateway, { certified: ann, token })).toMatchObject({ data: titles });
    expect(reasons).toEqual([
      'the token is bound to another client certificate',
      'the token is bound to a client certificate, and there is none',
      'the token is bound to a client certificate, and there is none',
    ]);
  });

  it('counts over none, the first time that it comes', async () => {
    await expectRefused(ask(gateway, { certified: bob, token: await tokenOf(ann) }));
    await expectRefused(ask(gateway, { token: await tokenOf(ann) }));
  });

  it('does not count over a connection whose certificate nobody of ours has made, or has expired', async () => {
    await expectRefused(ask(gateway, { certified: stranger, token: await tokenOf(stranger) }));
    const old = await authority.certify('old', { days: -1 });
    await expectRefused(ask(gateway, { certified: old, token: await tokenOf(old) }));
  });

  it('is not helped by a header that a proxy could have sent', async () => {
    const headers = {
      'x-forwarded-client-cert': ann.certificate.replaceAll('\n', ' '),
      'x-client-cert': ann.thumbprint,
    };
    await expectRefused(ask(gateway, { token: await tokenOf(ann), headers }));
  });

  it.each<[string, () => unknown]>([
    ['null', () => null],
    ['a text', () => ann.thumbprint],
    ['a list', () => [{ 'x5t#S256': ann.thumbprint }]],
    ['empty', () => ({})],
    ['jkt', () => ({ jkt: ann.thumbprint })],
    ['a certificate and jkt', () => ({ 'x5t#S256': ann.thumbprint, jkt: ann.thumbprint })],
    ['a certificate and a member that nobody knows', () => ({ 'x5t#S256': ann.thumbprint, more: true })],
    ['a certificate in a list', () => ({ 'x5t#S256': [ann.thumbprint] })],
    [
      'a certificate in base16',
      () => ({ 'x5t#S256': Buffer.from(ann.thumbprint, 'base64url').toString('hex') }),
    ],
    ['a certificate with padding', () => ({ 'x5t#S256': `${ann.thumbprint}=` })],
    ['the SHA-1 of a certificate', () => ({ x5t: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA' })],
    ['a key', () => ({ jwk: { kty: 'OKP' } })],
  ])('counts nowhere if its cnf is %s', async (_, cnf) => {
    const token = await tokenWith(cnf());
    for (const certified of [ann, undefined]) await expectRefused(ask(gateway, { certified, token }));
    await expectRefused(ask(plain, { token }));
  });

  it('opens a WebSocket with that certificate alone', async () => {
    const token = await tokenOf(ann);
    expect(await opened(ann, token)).toBe('connection_ack');
    expect(await opened(bob, token)).toBe(4403);
    expect(await opened(undefined, token)).toBe(4403);
    expect(reasons).toEqual([
      'the token is bound to another client certificate',
      'the token is bound to a client certificate, and there is none',
    ]);
  });
});

/** What becomes of a WebSocket: the type of its first message, or the code with which it is closed. */
function opened(certified: Certified | undefined, token: string): Promise<string | number> {
  const socket = new WebSocket(
    gateway.url.replace('https', 'wss'),
    'graphql-transport-ws',
    optionsOf(certified),
  );
  return new Promise((resolve, reject) => {
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
    );
    socket.on('message', (data) => {
      resolve(JSON.parse(String(data)).type);
      socket.close();
    });
    socket.on('close', resolve);
    socket.on('error', reject);
  });
}

describe('an issuer whose tokens have to be bound', () => {
  it('has none that count without a certificate', async () => {
    const demanding = await start(mutual('optional'), { issuer: 'requireBoundTokens: true' });
    const token = await shelf.tokens.tokenWith(['read']);
    expect(await ask(gateway, { token })).toMatchObject({ data: titles });
    await expectRefused(ask(demanding, { token }));
    await expectRefused(ask(demanding, { certified: ann, token }));
    const bound = await tokenOf(ann);
    expect(await ask(demanding, { certified: ann, token: bound })).toMatchObject({ data: titles });
    await demanding.close();
  });

  it('needs clients that are asked for certificates', async () => {
    await expect(start(`tls: { ${tls} }`, { issuer: 'requireBoundTokens: true' })).rejects.toThrow(
      'authentication.issuers[0].requireBoundTokens asks for tokens that are bound to certificates',
    );
  });
});
