/** Real flows against the running provider: openid-client discovers and asks, jose verifies. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { personas } from './personas.ts';
import { type RunningIdentityProvider, startIdentityProvider } from './server.ts';
import { type ClientsFile, clientsFile } from './state.ts';
import { fetchToken } from './token.ts';

let stateFolder: string;
let provider: RunningIdentityProvider;

beforeAll(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'portcullis-identity-'));
  provider = await startIdentityProvider({ port: 0, stateFolder });
});

afterAll(async () => {
  await provider.close();
  await rm(stateFolder, { recursive: true });
});

async function clients(): Promise<ClientsFile> {
  return JSON.parse(await readFile(clientsFile(stateFolder), 'utf8')) as ClientsFile;
}

async function verify(token: string) {
  const keys = createRemoteJWKSet(new URL('/jwks', provider.issuer));
  return jwtVerify(token, keys, { issuer: provider.issuer, audience: 'portcullis', typ: 'at+jwt' });
}

describe.each(personas.map((persona) => [persona.name, persona] as const))('%s', (name, persona) => {
  test('gets a token with its claims and scopes through discovery, as any OpenID client', async () => {
    const own = (await clients()).personas.find((client) => client.name === name);
    const configuration = await openid.discovery(
      new URL(provider.issuer),
      own?.clientId ?? '',
      undefined,
      openid.ClientSecretBasic(own?.clientSecret),
      { execute: [openid.allowInsecureRequests] },
    );
    const { access_token: token } = await openid.clientCredentialsGrant(configuration, {
      scope: persona.scopes.join(' '),
    });
    const { payload } = await verify(token);
    expect(payload).toMatchObject({
      iss: provider.issuer,
      aud: 'portcullis',
      sub: name,
      client_id: name,
      scope: persona.scopes.join(' '),
      ...persona.claims,
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
  });

  test('gets it by one call as well', async () => {
    const { payload } = await verify(await fetchToken(name, { stateFolder }));
    expect(payload).toMatchObject({ scope: persona.scopes.join(' '), ...persona.claims });
  });
});

test('no persona is without a scope: such a client would be given whichever it asks for', () => {
  expect(personas.filter(({ scopes }) => scopes.length === 0)).toEqual([]);
});

test('a scope that a persona does not have is refused', async () => {
  const analyst = (await clients()).personas.find(({ name }) => name === 'analyst');
  const response = await fetch(`${provider.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${analyst?.clientId}:${analyst?.clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'billing:payments' }),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: 'invalid_scope' });
});

test('a wrong secret is refused', async () => {
  const response = await fetch(`${provider.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('analyst:wrong')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  expect(response.status).toBe(401);
});

test('an unknown persona is told which there are', async () => {
  await expect(fetchToken('admin', { stateFolder })).rejects.toThrow(
    'There is no persona "admin". Take one of: analyst, support, clerk, partner, steward.',
  );
});

test('a demo that does not run is told to be started', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'portcullis-identity-'));
  await expect(fetchToken('analyst', { stateFolder: empty })).rejects.toThrow('Run npm start first');
  const stopped = await startIdentityProvider({ port: 0, stateFolder: empty });
  await stopped.close();
  await expect(fetchToken('analyst', { stateFolder: empty })).rejects.toThrow(
    'does not answer. Run npm start',
  );
  await rm(empty, { recursive: true });
});

test("keys and secrets are their owner's alone, and outlive a restart", async () => {
  const folder = join(stateFolder, 'identity');
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const file of ['signing-key.json', 'clients.json']) {
    expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  }
  const token = await fetchToken('analyst', { stateFolder });
  const before = await clients();
  const again = await startIdentityProvider({ port: 0, stateFolder, issuer: provider.issuer });
  expect((await clients()).personas).toEqual(before.personas);
  await verify(token);
  await verify(await fetchToken('analyst', { stateFolder }));
  await again.close();
});

describe('as a process', () => {
  async function start() {
    const state = await mkdtemp(join(tmpdir(), 'portcullis-identity-'));
    const child = fork(join(import.meta.dirname, 'main.ts'), {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, PORT: '0', PORTCULLIS_STATE: state },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        printed += String(chunk);
      });
    while (!printed.includes('\n')) await new Promise((resolve) => setTimeout(resolve, 20));
    return { child, state, printed: () => printed };
  }

  test('prints one line and no warning, answers healthz, ends with its supervisor', async () => {
    const { child, state, printed } = await start();
    const exited = once(child, 'exit');
    const issuer = /answers at (\S+)\n/.exec(printed())?.[1] ?? '';
    expect(await (await fetch(`${issuer}/healthz`)).json()).toEqual({ status: 'ok' });
    await fetchToken('steward', { stateFolder: state });
    child.disconnect();
    expect(await exited).toEqual([0, null]);
    expect(printed()).toBe(`The identity provider answers at ${issuer}\n`);
    await rm(state, { recursive: true });
  });
});
