/** D08, D19: two providers that give out the same names, of keys and of people, are two; so are those whom they vouch for. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { decodeJwt, importJWK, SignJWT } from 'jose';
import { portcullis } from '../../cli/fixture/call.ts';
import { clientOf, type Tokens } from './client.ts';
import { type OpenGateway, openGateway, titlesByRegion } from './gateway.ts';
import { type RunningProvider, startProvider } from './provider.ts';
import { expectRefused, expectRefusedSoon } from './refused.ts';
import { newSigningKey, type SigningKey } from './signing-keys.ts';

const regions = ['EMEA', 'APAC'] as const;
type Region = (typeof regions)[number];

const client = { clientId: 'ann', clientSecret: 'of ann', scopes: ['titles:read'] };
const rules = `
@id("global.everybody") permit (principal, action, resource);
@id("global.region") @rowFilter("region = principal.region") forbid (principal, action, resource in Type::"Title");
`;

interface Side {
  readonly provider: RunningProvider;
  readonly key: SigningKey;
  readonly tokens: Tokens;
}

let sides: Record<Region, Side>;
let gateway: OpenGateway;
beforeAll(async () => {
  sides = { EMEA: await open('EMEA'), APAC: await open('APAC') };
  const issuers = regions.map((region) => sides[region].provider.issuer);
  gateway = await openGateway(issuers, { rules, audit: true, revocations: 'tokens: []\n' });
});
beforeEach(() => void gateway.told());
afterAll(async () => {
  await gateway?.close();
  for (const { provider } of Object.values(sides ?? {})) await provider.stop();
});

async function open(region: Region): Promise<Side> {
  const key = await newSigningKey('1');
  const provider = await startProvider({ clients: [client], keys: [key], claims: () => ({ region }) });
  return { provider, key, tokens: await clientOf(provider.issuer, client) };
}

/** What the trail has of requests, when there are so many. */
async function recorded(count: number): Promise<readonly { who: { issuer: string; subject: string } }[]> {
  for (;;) {
    const text = await readFile(join(gateway.house.folder, 'audit.jsonl'), 'utf8');
    const lines = text.trimEnd().split('\n');
    const requests = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'request');
    if (requests.length >= count) return requests;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

it('each is answered with its own rows, on its own behalf, however many ask for the same at once', async () => {
  const asked = await Promise.all(
    Array.from({ length: 100 }, async (_, n) => {
      const region: Region = n % 2 === 0 ? 'EMEA' : 'APAC';
      const token = await sides[region].tokens();
      const { text } = await gateway.ask(token);
      return text === titlesByRegion[region];
    }),
  );
  expect(asked).not.toContain(false);
  const told = gateway.told();
  for (const region of regions) {
    const sub = `${sides[region].provider.issuer}|ann`;
    const own = told.filter((token) => token.sub === sub);
    expect(own.length).toBeGreaterThan(0);
    for (const { tctx } of own)
      expect(tctx.obligations).toEqual({ rows: { Title: [{ field: 'region', op: '=', value: region }] } });
  }
  const trail = await recorded(100);
  const ofIssuer = (region: Region) =>
    trail.filter(({ who }) => who.issuer === sides[region].provider.issuer && who.subject === 'ann').length;
  expect([trail.length, ...regions.map(ofIssuer)]).toEqual([100, 50, 50]);
});

it("one's key does not vouch for the other, though both call it the same", async () => {
  const claims = decodeJwt(await sides.EMEA.tokens());
  const forged = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: '1' })
    .sign(await importJWK(sides.APAC.key));
  await expectRefused(gateway, forged);
});

it("somebody who is revoked of one's is not of the other's", async () => {
  const [shut, free] = [await sides.EMEA.tokens(), await sides.APAC.tokens()];
  const { issuer } = sides.EMEA.provider;
  const entry = ['principal', '--issuer', issuer, '--subject', 'ann'];
  await portcullis(['revoke', ...entry, '--file', 'revocations.yaml'], gateway.house.folder);
  await expectRefusedSoon(gateway, shut);
  expect(await gateway.ask(free)).toEqual({ status: 200, text: titlesByRegion.APAC });
});
