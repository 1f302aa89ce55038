/** What docs/revoke.md tells whoever has to shut somebody out does so, each command as it stands there. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import {
  createSigner,
  serve,
  type TestServer,
  trustedIssuer,
} from '@portcullis/gateway/authenticate/fixture';
import { type House, openHouse } from '@portcullis/gateway/fixture/house';
import { readEntries } from '@portcullis/gateway/revocations/entries';
import { repository } from '../mesh/folders.ts';
import { blocksOf } from './blocks.ts';

const blocks = await blocksOf('docs/revoke.md');
const commands = blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.split('\n'));
const issuer = 'https://login.example.com';
const signer = createSigner('k1');
const another = createSigner('k2');

let published = [signer.jwk];
let provider: TestServer;
let house: House;
beforeAll(async () => {
  provider = await serve((_, response) => response.end(JSON.stringify({ keys: published })));
  house = await openHouse(
    [{ name: 'music', sdl: 'type Query { song: String }', resolvers: { Query: { song: () => 'la' } } }],
    { anonymous: 'deny', revocations: 'tokens: []\n', issuers: [trustedIssuer(issuer, provider.url)] },
  );
});
beforeEach(async () => {
  await writeFile(join(house.folder, 'revocations.yaml'), 'tokens: []\n');
  await until(async () => (await ask()) === '200 {"data":{"song":"la"}}');
});
afterAll(async () => {
  await house?.close();
  await provider?.close();
});

async function until(check: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 2_000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error('not within two seconds');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** As the one of whom the page tells; with a token that was issued so many seconds from now. */
async function ask(from = 0, by = signer): Promise<string> {
  const iat = Math.floor(Date.now() / 1000) + from;
  const of = { iss: issuer, sub: 'ann', client_id: 'dashboards', jti: '4f1c' };
  const authorization = `Bearer ${by.token({ ...of, aud: 'portcullis', iat, exp: iat + 600 })}`;
  const { status, text } = await house.ask('{ song }', { headers: { authorization } });
  return `${status} ${text}`;
}

/** With a token that is older than what was called meanwhile, however long that took. */
const refused = async () => (await ask(-60)).startsWith('401 ');

async function run(command: string): Promise<string> {
  const program = command.replace('cli/portcullis.mjs', join(repository, 'cli/portcullis.mjs'));
  return (await promisify(execFile)('sh', ['-c', program], { cwd: house.folder })).stdout;
}

it.each(commands.filter((command) => /revoke (token|principal|client|issuer) /.test(command)))(
  '%s',
  async (command) => {
    await run(command);
    await until(refused);
    const again = await ask(2);
    if (command.includes('--before')) expect(again).toMatch(/^200 /);
    else expect(again).toMatch(/^401 /);
    expect(await run('node cli/portcullis.mjs revoked')).toContain(command.split(' ')[3] ?? '');
  },
  20_000,
);

it('shuts off a product, which /readyz lists', async () => {
  await run(commands.find((command) => command.includes('revoke product')) ?? '');
  await until(async () => (await ask()).includes('SUBGRAPH_UNAVAILABLE'));
  expect(house.gateway.ready()).toMatchObject({ withheld: ['music'] });
}, 20_000);

it('has withdrawn keys forgotten', async () => {
  published = [another.jwk];
  expect(await ask()).toMatch(/^200 /);
  await run(commands.find((command) => command.includes('revoke keys')) ?? '');
  await until(refused);
  expect(await ask(0, another)).toMatch(/^200 /);
  published = [signer.jwk];
  await run(commands.find((command) => command.includes('revoke keys')) ?? '');
  await until(async () => !(await refused()));
}, 20_000);

it('lists what is in force, and takes it back', async () => {
  const [principal = ''] = commands.filter((command) => command.includes('revoke principal'));
  await run(principal);
  await until(refused);
  const last = commands.slice(commands.indexOf('node cli/portcullis.mjs revoked'));
  expect(last).toHaveLength(2);
  const told: string[] = [];
  for (const command of last) told.push(await run(command));
  expect(told[0]).toContain('reason: "left the company"');
  await until(async () => !(await refused()));
}, 20_000);

it('shows a file that is understood, and one of each kind', async () => {
  const file = blocks.find(({ language, text }) => language === 'yaml' && text.includes('principals:'));
  const entries = readEntries(file?.text ?? '');
  expect(Object.values(entries).map((list) => list.length)).toEqual([1, 1, 2, 1, 1, 1]);
});
