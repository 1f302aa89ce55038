/** The demo's configuration has to say what the demo's identity provider does. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readConfig } from '@portcullis/gateway/config/read-config';
import { audience } from './identity/provider.ts';
import { clientsFile } from './identity/state.ts';
import { prepareRevocations } from './start/revocations.ts';
import { prepareStateFolder } from './start/state-folder.ts';

const file = join(import.meta.dirname, 'gateway.yaml');

test('by default everything is where the demo puts it', () => {
  const { listen, identity, authentication, explorer } = readConfig(file, {});
  const state = join(import.meta.dirname, '../.portcullis');
  expect(listen).toEqual({ host: '127.0.0.1', port: 4000 });
  expect(identity.issuer).toBe('http://127.0.0.1:4000');
  expect(identity.signingKey).toBe(join(state, 'gateway/signing-key.json'));
  expect(authentication.anonymous).toBe('deny');
  expect(authentication.issuers).toMatchObject([{ issuer: 'http://127.0.0.1:4010', audience }]);
  expect(explorer.personas?.clientsFile).toBe(clientsFile(state));
});

test('service tokens are where `portcullis token` writes them', () => {
  const fileIn = (environment: NodeJS.ProcessEnv) =>
    readConfig(file, environment).authentication.serviceTokens?.file;
  expect(fileIn({})).toBe(join(import.meta.dirname, '../.portcullis/gateway/service-tokens.json'));
  expect(fileIn({ PORTCULLIS_STATE: '/state' })).toBe('/state/gateway/service-tokens.json');
});

test('revocations are where the demo makes the file', async () => {
  const state = await mkdtemp(join(tmpdir(), 'portcullis state '));
  try {
    await prepareStateFolder(state);
    await prepareRevocations(state);
    const { revocations = '' } = readConfig(file, { PORTCULLIS_STATE: state });
    expect(await readFile(revocations, 'utf8')).toBe('tokens: []\n');
    await writeFile(revocations, 'issuers: [x]\n');
    await prepareRevocations(state);
    expect(await readFile(revocations, 'utf8')).toBe('issuers: [x]\n');
  } finally {
    await rm(state, { recursive: true });
  }
});

test('ports and state can be moved', () => {
  const environment = { PORT: '5000', IDENTITY_PORT: '5010', PORTCULLIS_STATE: '/state' };
  const { listen, identity, authentication, explorer } = readConfig(file, environment);
  expect(listen.port).toBe(5000);
  expect(identity).toMatchObject({
    issuer: 'http://127.0.0.1:5000',
    signingKey: '/state/gateway/signing-key.json',
  });
  expect(authentication.issuers[0]).toMatchObject({
    issuer: 'http://127.0.0.1:5010',
    keys: { kind: 'discovery', url: 'http://127.0.0.1:5010/.well-known/openid-configuration' },
  });
  expect(explorer.personas).toEqual({
    tokenEndpoint: 'http://127.0.0.1:5010/token',
    clientsFile: clientsFile('/state'),
  });
});
