import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Careless, carelessName, startCareless } from '@portcullis/kit/conformance/fixture/careless';
import { testKey } from '@portcullis/kit/conformance/test-key';
import { portcullis } from '../fixture/call.ts';

let careful: Careless;
let careless: Careless;
let folder: string;

beforeAll(async () => {
  [careful, careless] = await Promise.all([startCareless(), startCareless('audience in a list', 'lists')]);
  folder = await mkdtemp(join(tmpdir(), 'portcullis verify '));
  const { kty, crv, x, d } = testKey;
  await writeFile(join(folder, 'trusted.jwk'), JSON.stringify({ kty, crv, x, d }), { mode: 0o600 });
  const other = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  await writeFile(join(folder, 'other.jwk'), JSON.stringify(other), { mode: 0o600 });
  await writeFile(
    join(folder, 'gateway.yaml'),
    `supergraph: supergraph.yaml
policies: policies
authentication: { issuers: [{ issuer: "https://identity.test", jwksFile: issuer.json, audience: portcullis, algorithms: [ES256] }] }
identity: { issuer: "https://gateway.example", signingKey: trusted.jwk }
`,
  );
});
afterAll(async () => {
  await Promise.all([careful.close(), careless.close()]);
  await rm(folder, { recursive: true });
});

const verify = (url: string, ...flags: readonly string[]) =>
  portcullis(['subgraph', 'verify', url, ...flags], folder);
const named = ['--subgraph', carelessName];

test('a subgraph that keeps the protocol passes, a line for each check', async () => {
  const { code, out } = await verify(careful.url, ...named, '--test-key');
  expect(out).toMatch(/^✓ good\.token +a good token is taken$/m);
  expect(out).toMatch(/^✓ rows\.none +a row filter that no row meets leaves no row$/m);
  expect(out).toMatch(/^– groups\.minimum +.* \(not shown: no groups of the type are offered\)$/m);
  expect(out).toMatch(/\n\nparcels keeps the protocol: \d+ of \d+ checks passed, 2 not shown\.\n$/);
  expect(code).toBe(0);
});

test('of a careless one each fault is named, with what was sent, what came and what to do', async () => {
  const { code, out } = await verify(careless.url, ...named, '--test-key');
  expect(code).toBe(1);
  expect(out.split('\n').filter((line) => line.startsWith('✗'))).toEqual([
    expect.stringMatching(/^✗ audience\.list +our name in a list is refused$/),
    expect.stringMatching(/^✗ audience\.list-others +our name in a list with others is refused$/),
    expect.stringMatching(/^✗ door\.batch-token +a list of operations, with a good token is not executed$/),
  ]);
  const [, details = ''] = out.split(/^✗ audience\.list .*\n/m);
  expect(details.split('\n').slice(0, 3)).toEqual([
    expect.stringMatching(/^ {4}sent {2}POST {2}\{"query".*"aud":\["parcels"\].*\.\(signature\)$/),
    expect.stringMatching(/^ {4}came {2}200 \{"data":\{"__typename":"Query"\}\}$/),
    expect.stringMatching(/^ {4}do {4}Compare aud with the subgraph’s own name as one text/),
  ]);
  expect(out).toMatch(/\n\nparcels has 3 faults: \d+ of \d+ checks passed, 2 not shown\.\n$/);
});

test('all of it as JSON', async () => {
  const { code, out } = await verify(careless.url, ...named, '--test-key', '--json');
  expect(code).toBe(1);
  const { findings, ...others } = JSON.parse(out) as { findings: { id: string; result: string }[] };
  expect(others).toEqual({ subgraph: carelessName, url: careless.url, ok: false });
  const failed = findings.filter(({ result }) => result === 'failed').map(({ id }) => id);
  expect(failed).toEqual(['audience.list', 'audience.list-others', 'door.batch-token']);
});

test('of one that is said to demand bound tokens, it is a fault to take others, or one twice', async () => {
  const { code, out } = await verify(careful.url, ...named, '--test-key', '--bound');
  expect(code).toBe(1);
  const faults = (text: string) => text.split('\n').filter((line) => line.startsWith('✗'));
  expect(faults(out)).toEqual([
    expect.stringMatching(/^✗ bound\.missing /),
    expect.stringMatching(/^✗ bound\.twice /),
    expect.stringMatching(/^✗ bound\.events /),
    expect.stringMatching(/^✗ bound\.events-twice /),
    expect.stringMatching(/^✗ bound\.socket /),
    expect.stringMatching(/^✗ bound\.socket-init /),
  ]);
  const text = await readFile(join(folder, 'gateway.yaml'), 'utf8');
  const binding = text.replace('signingKey:', `bindBody: [${carelessName}], signingKey:`);
  await writeFile(join(folder, 'binding.yaml'), binding);
  const byConfig = await verify(careful.url, ...named, '--config', 'binding.yaml');
  expect(faults(byConfig.out)).toEqual(faults(out));
});

test('the key is that of a file, or the one that the gateway’s configuration names', async () => {
  const byConfig = await verify(careful.url, ...named, '--config', 'gateway.yaml');
  expect([byConfig.code, byConfig.err]).toEqual([0, expect.not.stringContaining('portcullis')]);
  const issuer = ['--issuer', 'https://gateway.example'];
  const byFile = await verify(careful.url, ...named, '--signing-key', 'trusted.jwk', ...issuer);
  expect(byFile.out).toBe(byConfig.out);
});

test('with a key that the subgraph does not trust, the good tokens are those that fail, and nothing is proven', async () => {
  const issuer = ['--issuer', 'https://gateway.example'];
  const { code, out, err } = await verify(careful.url, ...named, '--signing-key', 'other.jwk', ...issuer);
  expect(code).toBe(1);
  expect(out).toMatch(
    /^✗ good\.token .*\n.*\n {4}came {2}401 .*\n {4}do {4}Let the subgraph trust the issuer/m,
  );
  // That all others are refused as well would show nothing.
  const told = out.split('\n').filter((line) => /^[✓✗–]/.test(line));
  expect(told.filter((line) => !line.startsWith('✗ good.'))).toEqual([]);
  expect(out).toMatch(/: 0 of 7 checks passed\.\n$/);
  expect(err).toContain(
    'nothing else was tried.\nThey are signed as https://gateway.example, for parcels, with',
  );
  expect(err).toContain('the key of other.jwk.');
});

test('of a configuration that the environment completes, that is said', async () => {
  const text = await readFile(join(folder, 'gateway.yaml'), 'utf8');
  await writeFile(
    join(folder, 'by-environment.yaml'),
    text.replace('https://gateway.example', `https://gateway.example:${'${'}SOME_PORT:-4000}`),
  );
  const { code, err } = await verify(careful.url, ...named, '--config', 'by-environment.yaml');
  expect([code, err]).toEqual([1, expect.stringContaining('signed as https://gateway.example:4000, for')]);
  expect(err).toMatch(
    /trusted\.jwk, by by-environment\.yaml\. .* of the gateway, SOME_PORT \(not set here\)/,
  );
});

test('a subgraph that the graph of the configuration does not have is refused', async () => {
  const entry = '{ owner: p, schema: p.graphql, url: "http://127.0.0.1:1/" }';
  await writeFile(join(folder, 'graph.yaml'), `subgraphs:\n  ${carelessName}: ${entry}\n`);
  await writeFile(
    join(folder, 'graph.graphql'),
    `enum join__Graph { PARCELS @join__graph(name: "${carelessName}", url: "http://127.0.0.1:1/") }`,
  );
  const text = await readFile(join(folder, 'gateway.yaml'), 'utf8');
  for (const graph of ['graph.yaml', 'graph.graphql']) {
    await writeFile(join(folder, 'known.yaml'), text.replace('supergraph.yaml', graph));
    const { code, err } = await verify(careful.url, '--subgraph', 'parcel', '--config', 'known.yaml');
    expect([code, err]).toEqual([2, expect.stringContaining(`did you mean \`${carelessName}\`?`)]);
  }
});

test.each<[readonly string[], string]>([
  [['--test-key'], 'give --subgraph NAME'],
  [named, 'give one of --config FILE, --signing-key FILE with --issuer, and --test-key'],
  [[...named, '--test-key', '--config', 'gateway.yaml'], 'give one of --config'],
  [[...named, '--signing-key', 'trusted.jwk'], 'give --issuer as well'],
])('wrong usage is exit code 2: %j', async (flags, message) => {
  const { code, err } = await verify('http://127.0.0.1:1/graphql', ...flags);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  expect(err).toContain('See: portcullis help subgraph verify');
});

test('an address that is none is wrong usage; one where nothing answers is told, and a key that is missing', async () => {
  expect(await verify('parcels', ...named, '--test-key')).toMatchObject({
    code: 2,
    err: expect.stringContaining('parcels: give the address as http://… or https://…'),
  });
  expect(await verify('http://127.0.0.1:1/graphql', ...named, '--test-key')).toMatchObject({
    code: 1,
    err: expect.stringContaining(
      'does not answer (ECONNREFUSED). Start the subgraph, or correct the address.',
    ),
  });
  expect(await verify(careful.url, ...named, '--signing-key', 'no.jwk', '--issuer', 'x')).toMatchObject({
    code: 1,
    err: expect.stringContaining('no.jwk does not exist'),
  });
});
