/** Somebody has other rights: the next token has them at once, and the one of before can be taken back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { openToAll } from '@portcullis/gateway/fixture/rules';
import { decodeJwt } from 'jose';
import { portcullis } from '../../cli/fixture/call.ts';
import { clientOf, type Tokens } from './client.ts';
import { allTitles, ledgerScope, type OpenGateway, openGateway } from './gateway.ts';
import { type RunningProvider, startProvider } from './provider.ts';
import { expectRefusedSoon } from './refused.ts';
import { newSigningKey } from './signing-keys.ts';

const client = { clientId: 'ann', clientSecret: 'of ann', scopes: ['titles:read', ledgerScope] };
const rules = `${openToAll}
@id("global.ledger")
forbid (principal, action, resource == Field::"Query.ledger") unless { principal in Role::"analyst" };
`;

let roles: readonly string[];
let provider: RunningProvider;
let gateway: OpenGateway;
let tokens: Tokens;
beforeAll(async () => {
  const keys = [await newSigningKey()] as const;
  provider = await startProvider({ clients: [client], keys, claims: () => ({ roles }) });
  gateway = await openGateway([provider.issuer], { rules, revocations: 'tokens: []\n' });
  tokens = await clientOf(provider.issuer, client);
});
beforeEach(() => {
  roles = [];
});
afterAll(async () => {
  await gateway?.close();
  await provider?.stop();
});

const opened = { status: 200, text: '{"data":{"ledger":"in balance"}}' };

async function askForLedger(token: string) {
  gateway.told();
  const answer = await gateway.ask(token, '{ ledger }');
  return { ...answer, fetched: gateway.told().length };
}

async function expectClosed(token: string): Promise<void> {
  const { text, fetched } = await askForLedger(token);
  expect(JSON.parse(text).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(fetched).toBe(0);
}

it('a token with another role is another decision, from its first request on, in both directions', async () => {
  const before = await tokens();
  await expectClosed(before);
  roles = ['analyst'];
  const granted = await tokens();
  expect(await askForLedger(granted)).toEqual({ ...opened, fetched: 1 });
  await expectClosed(before);
  roles = [];
  await expectClosed(await tokens());
  // A token says what was true when it was given out; to end that before it ends is what revoking is for.
  expect(await askForLedger(granted)).toEqual({ ...opened, fetched: 1 });
});

function revoke(...entry: readonly string[]) {
  const args = ['revoke', ...entry, '--issuer', provider.issuer, '--file', 'revocations.yaml'];
  return portcullis(args, gateway.house.folder);
}

it('a token that is revoked opens nothing, and the next one of the same person does', async () => {
  roles = ['analyst'];
  const old = await tokens();
  expect(await askForLedger(old)).toEqual({ ...opened, fetched: 1 });
  expect(await revoke('token', '--jti', String(decodeJwt(old).jti))).toMatchObject({ code: 0 });
  await expectRefusedSoon(gateway, old);
  roles = [];
  const next = await tokens();
  await expectClosed(next);
  expect((await gateway.ask(next)).text).toBe(allTitles);
});

it('all tokens from before a moment are revoked at once, and who logs in again is in', async () => {
  const old = await Promise.all([tokens(), tokens()]);
  for (const token of old) expect((await gateway.ask(token)).text).toBe(allTitles);
  // A token says in whole seconds when it was given out.
  await sleep(1_000);
  expect(await revoke('principal', '--subject', 'ann', '--before', 'now')).toMatchObject({ code: 0 });
  for (const token of old) await expectRefusedSoon(gateway, token);
  await sleep(1_000);
  expect((await gateway.ask(await tokens())).text).toBe(allTitles);
});
