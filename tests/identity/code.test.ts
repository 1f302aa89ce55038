/** The flow of people: an application without a secret lets somebody sign in, and acts for them (RFC 8252, PKCE). */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import * as openid from 'openid-client';
import { signIn } from './browser.ts';
import { allTitles, type OpenGateway, openGateway } from './gateway.ts';
import { type RunningProvider, startProvider } from './provider.ts';
import { gatewayResource } from './provider-configuration.ts';
import { expectRefused } from './refused.ts';
import { newSigningKey } from './signing-keys.ts';

const reader = { clientId: 'reader', redirectUri: 'http://127.0.0.1/signed-in', scopes: ['titles:read'] };

let provider: RunningProvider;
let gateway: OpenGateway;
beforeAll(async () => {
  provider = await startProvider({ applications: [reader], keys: [await newSigningKey()] });
  gateway = await openGateway([provider.issuer], { clients: ['reader'] });
});
beforeEach(() => void gateway.told());
afterAll(async () => {
  await gateway?.close();
  await provider?.stop();
});

async function tokensOf(person: string) {
  const application = await openid.discovery(
    new URL(provider.issuer),
    reader.clientId,
    undefined,
    openid.None(),
    { execute: [openid.allowInsecureRequests] },
  );
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const state = openid.randomState();
  const url = openid.buildAuthorizationUrl(application, {
    redirect_uri: reader.redirectUri,
    scope: 'openid titles:read',
    resource: gatewayResource,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state,
  });
  const called = await signIn(url, person, reader.redirectUri);
  const checks = { pkceCodeVerifier, expectedState: state };
  return openid.authorizationCodeGrant(application, called, checks, { resource: gatewayResource });
}

it('each person is answered as themselves, with the application named', async () => {
  for (const person of ['ann', 'bob']) {
    const { access_token: token } = await tokensOf(person);
    expect(await gateway.ask(token)).toEqual({ status: 200, text: allTitles });
    expect(gateway.told()).toMatchObject([
      { sub: `${provider.issuer}|${person}`, req_wl: 'reader', scope: 'titles:read' },
    ]);
  }
});

it('the ID token, signed with the same key, opens nothing', async () => {
  const { id_token: idToken = '', access_token: token } = await tokensOf('ann');
  expect(decodeProtectedHeader(idToken).kid).toBe(decodeProtectedHeader(token).kid);
  await expectRefused(gateway, idToken);
});
