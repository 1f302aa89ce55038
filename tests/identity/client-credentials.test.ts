/** The flow of programs: openid-client asks a real provider, and the gateway answers whom the token names, for what it is for. */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { clientOf, type Tokens } from './client.ts';
import { allTitles, ledgerScope, type OpenGateway, openGateway } from './gateway.ts';
import { type RunningProvider, startProvider } from './provider.ts';
import { otherResource } from './provider-configuration.ts';
import { expectRefused } from './refused.ts';
import { newSigningKey } from './signing-keys.ts';

const importer = {
  clientId: 'importer',
  clientSecret: 'of the importer',
  scopes: ['titles:read', ledgerScope],
};
const stranger = { clientId: 'stranger', clientSecret: 'of the stranger', scopes: ['titles:read'] };

let provider: RunningProvider;
let gateway: OpenGateway;
let tokenOf: Record<'importer' | 'stranger', Tokens>;
beforeAll(async () => {
  provider = await startProvider({ clients: [importer, stranger], keys: [await newSigningKey()] });
  gateway = await openGateway([provider.issuer], { clients: ['importer'] });
  tokenOf = {
    importer: await clientOf(provider.issuer, importer),
    stranger: await clientOf(provider.issuer, stranger),
  };
});
beforeEach(() => void gateway.told());
afterAll(async () => {
  await gateway?.close();
  await provider?.stop();
});

it('is answered as the principal of the token', async () => {
  const token = await tokenOf.importer();
  expect(await gateway.ask(token)).toEqual({
    status: 200,
    text: allTitles,
  });
  expect(gateway.told()).toMatchObject([
    {
      aud: 'books',
      sub: `${provider.issuer}|importer`,
      req_wl: 'importer',
      scope: `${ledgerScope} titles:read`,
    },
  ]);
});

it('is refused with a token for another resource', async () => {
  await expectRefused(gateway, await tokenOf.importer({ resource: otherResource }));
});

it('is refused as a client that may not call', async () => {
  await expectRefused(gateway, await tokenOf.stranger());
});

it('is refused with the opaque token that a provider gives out for no resource', async () => {
  const asked = await fetch(`${provider.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('importer:of%20the%20importer')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = (await asked.json()) as { access_token: string };
  expect(token).toEqual(expect.any(String));
  const { status, text } = await gateway.ask(token);
  expect([status, text]).toEqual([401, expect.stringContaining('"code":"UNAUTHENTICATED"')]);
  expect(gateway.told()).toEqual([]);
});

it('has what its scopes open, and nothing of it fetched without them', async () => {
  expect((await gateway.ask(await tokenOf.importer(), '{ ledger }')).text).toBe(
    '{"data":{"ledger":"in balance"}}',
  );
  gateway.told();
  const without = await gateway.ask(await tokenOf.importer({ scope: 'titles:read' }), '{ ledger }');
  expect(JSON.parse(without.text)).toEqual({
    data: { ledger: null },
    errors: [
      { message: 'Access to this field is denied.', path: ['ledger'], extensions: { code: 'FORBIDDEN' } },
    ],
  });
  expect(gateway.told()).toEqual([]);
});

it('gets no token for a scope that it was not granted: the provider refuses that itself', async () => {
  const asked = tokenOf.stranger({ scope: ledgerScope });
  await expect(asked).rejects.toMatchObject({ error: 'invalid_scope' });
});
