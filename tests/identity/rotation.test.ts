/** A provider exchanges its signing keys while clients take new tokens and ask without a pause: not one request fails. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Asking } from './asking.ts';
import { clientOf, type Tokens } from './client.ts';
import { type Clock, putAhead } from './clock.ts';
import { allTitles, type OpenGateway, openGateway } from './gateway.ts';
import { type RunningProvider, startProvider } from './provider.ts';
import { expectRefused, expectRefusedSoon } from './refused.ts';
import { RenewingClients } from './renewing-clients.ts';
import { newSigningKey, type SigningKey } from './signing-keys.ts';

const client = { clientId: 'importer', clientSecret: 'of the importer', scopes: ['titles:read'] };

let signing: SigningKey;
let provider: RunningProvider;
let gateway: OpenGateway;
let tokens: Tokens;
let clock: Clock;
beforeEach(async () => {
  clock = putAhead();
  signing = await newSigningKey();
  provider = await startProvider({ clients: [client], keys: [signing] });
  gateway = await openGateway([provider.issuer]);
  tokens = await clientOf(provider.issuer, client);
});
afterEach(async () => {
  await gateway?.close();
  await provider?.stop();
  clock.restore();
});

/** As providers do: the old key stays published until nobody has a token of it. */
async function exchange(
  clients: RenewingClients,
  { publishedBefore }: { readonly publishedBefore: boolean },
): Promise<void> {
  const next = await newSigningKey();
  if (publishedBefore) {
    provider.use(signing, next);
    await clients.renewed();
  }
  provider.use(next, signing);
  await clients.renewed();
  provider.use(next);
  await clients.renewed();
  signing = next;
}

it.each([
  ['that was published before it is used', true],
  ['that is used in the moment in which it is published', false],
])(
  'a key %s, three times',
  async (_, publishedBefore) => {
    const asking = new Asking(gateway, allTitles);
    const clients = new RenewingClients({ asking, tokens, clients: 8, each: 4 });
    await clients.renewed();
    const keyRequests = provider.keyRequests;
    for (let time = 0; time < 3; time += 1) await exchange(clients, { publishedBefore });
    await clients.end();
    expect(asking.failures).toEqual([]);
    expect(asking.requests).toBeGreaterThan(300);
    // Once for each new key, however many requests came with it.
    expect(provider.keyRequests - keyRequests).toBe(3);
  },
  120_000,
);

describe('a key that is withdrawn', () => {
  it('opens nothing from the renewal on, ten minutes after its set was fetched', async () => {
    const token = await tokens();
    expect((await gateway.ask(token)).status).toBe(200);
    provider.use(await newSigningKey());
    clock.ahead = 595_000;
    expect((await gateway.ask(token)).status).toBe(200);
    expect(provider.keyRequests).toBe(1);
    clock.ahead = 601_000;
    // The first request has the keys renewed in the background.
    await expectRefusedSoon(gateway, token);
  });

  it('opens nothing as soon as somebody comes with a token of the new one', async () => {
    const token = await tokens();
    expect((await gateway.ask(token)).status).toBe(200);
    provider.use(await newSigningKey());
    expect((await gateway.ask(await tokens())).status).toBe(200);
    await expectRefused(gateway, token);
  });
});
