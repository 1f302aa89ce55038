import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readEntries } from '@portcullis/gateway/revocations/entries';
import { portcullis } from '../fixture/call.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'revoke command '));
  file = join(folder, 'revocations.yaml');
  await writeFile(file, '# Whoever is on call.\ntokens: []\n');
});
afterEach(() => rm(folder, { recursive: true }));

const run = (...args: string[]) => portcullis(args, folder);
const read = async () => readEntries(await readFile(file, 'utf8'));
const now = expect.stringMatching(/^\d{4}-.*Z$/);
const unchecked = expect.stringContaining('No configuration of a gateway is here');
const principal = ['principal', '--issuer', 'https://one.example', '--subject', 'ann'];

test('each kind is written, listed and taken back', async () => {
  const calls: readonly (readonly string[])[] = [
    ['token', '--issuer', 'https://one.example', '--jti', 't: 1'],
    principal,
    ['client', '--client', 'bi'],
    ['client', '--client', 'bi', '--issuer', 'https://one.example'],
    ['issuer', '--issuer', 'https://one.example'],
    ['product', '--product', 'music'],
  ];
  for (const call of calls)
    expect(await run('revoke', ...call, '--reason', 'it # leaked')).toMatchObject({
      code: 0,
      err: unchecked,
    });
  const noted = { reason: 'it # leaked', at: now };
  expect(await read()).toEqual({
    tokens: [{ issuer: 'https://one.example', jti: 't: 1', ...noted }],
    principals: [{ issuer: 'https://one.example', subject: 'ann', ...noted }],
    clients: [
      { client: 'bi', ...noted },
      { issuer: 'https://one.example', client: 'bi', ...noted },
    ],
    issuers: [{ issuer: 'https://one.example', ...noted }],
    products: [{ product: 'music', ...noted }],
    keys: [],
  });
  const { out } = await run('revoked');
  expect(out).toMatch(/^token {6}issuer: "https:\/\/one\.example" {2}jti: "t: 1" {2}reason: "it # leaked"/);
  expect(out.trimEnd().split('\n')).toHaveLength(6);
  expect(JSON.parse((await run('revoked', '--json')).out)).toEqual(await read());
  for (const call of calls) expect((await run('restore', ...call)).err).toBe('');
  expect((await run('revoked')).out).toBe('Nothing is revoked.\n');
  expect(await readFile(file, 'utf8')).toMatch(/^# Whoever is on call\.\n/);
  expect(await readdir(folder)).toEqual(['revocations.yaml']);
}, 120_000);

test('an entry about the same is replaced, and only that', async () => {
  await run('revoke', ...principal);
  await run('revoke', ...principal.slice(0, -1), 'bob');
  await run('revoke', ...principal, '--before', 'now');
  const { principals } = await read();
  expect(principals).toEqual([
    { issuer: 'https://one.example', subject: 'bob', at: now },
    { issuer: 'https://one.example', subject: 'ann', before: now, at: now },
  ]);
}, 30_000);

test('keys have a moment, the last one', async () => {
  await run('revoke', 'keys', '--issuer', 'https://one.example');
  const [first] = (await read()).keys;
  await run('revoke', 'keys', '--issuer', 'https://one.example');
  const [second, ...others] = (await read()).keys;
  expect(others).toEqual([]);
  expect(second?.at).not.toBe(first?.at);
  expect((await run('restore', 'keys', '--issuer', 'https://one.example')).code).toBe(2);
}, 30_000);

test('two at the same moment both come in, or one is told to try again', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const ended = await Promise.all(names.map((name) => run('revoke', 'product', '--product', name)));
  const written = (await read()).products.map(({ product }) => product).sort();
  expect(written).toEqual(names.filter((_, at) => ended[at]?.code === 0));
  for (const { code, err } of ended) if (code !== 0) expect(err).toContain('try again');
}, 60_000);

test('JSON stays JSON, modes stay, and a link stays one', async () => {
  const target = join(folder, 'target.json');
  await writeFile(target, '{ "tokens": [] }');
  await chmod(target, 0o664);
  await symlink(target, join(folder, 'link.json'));
  await run('revoke', 'product', '--product', 'music', '--file', 'link.json');
  expect(JSON.parse(await readFile(target, 'utf8'))).toMatchObject({ products: [{ product: 'music' }] });
  expect(((await stat(target)).mode & 0o777).toString(8)).toBe('664');
});

describe('with the configuration of a gateway', () => {
  const configure = async (revocations = '', name = 'gateway.yaml') => {
    await writeFile(
      join(folder, name),
      `supergraph: supergraph.yaml
policies: policies
authentication: { issuers: [{ issuer: "https://one.example", jwksFile: one.json, audience: a, algorithms: [ES256] }] }
identity: { issuer: "https://gateway.example", signingKey: key.jwk }
${revocations}
`,
    );
    await writeFile(
      join(folder, 'supergraph.yaml'),
      'subgraphs:\n  music: { owner: m, schema: m.graphql, url: "http://127.0.0.1:1/" }\n',
    );
  };

  test('nothing is warned of what is known but that nobody is looked up', async () => {
    await configure('revocations: revocations.yaml');
    expect(await run('revoke', ...principal)).toMatchObject({
      code: 0,
      err: 'portcullis revoke: Nobody is looked up: the subject is taken as written, "ann".\n',
    });
    expect(await run('revoke', 'product', '--product', 'music')).toMatchObject({ code: 0, err: '' });
    expect(await run('revoke', 'client', '--client', 'bi')).toMatchObject({
      code: 0,
      err: expect.stringContaining('the client is taken as written, "bi"'),
    });
  });

  test.each([
    [['issuer', '--issuer', 'https://one.exmaple'], 'issuer https://one.exmaple', 'https://one.example'],
    [['product', '--product', 'musik'], 'product musik', 'music'],
  ])('a slip is told: %j', async (args, slip, meant) => {
    await configure('revocations: revocations.yaml');
    const { err } = await run('revoke', ...args);
    expect(err).toContain(`THERE IS NO ${slip} in gateway.yaml, as this shell's environment fills it in`);
    expect(err).toContain(`did you mean \`${meant}\`?`);
  });

  test('the file is the one that it names', async () => {
    await configure('revocations: lists/out.yaml', 'other.yaml');
    await mkdir(join(folder, 'lists'));
    await writeFile(join(folder, 'lists/out.yaml'), 'tokens: []\n');
    const of = ['--config', 'other.yaml'];
    expect(await run('revoke', 'product', '--product', 'music', ...of)).toMatchObject({ code: 0, err: '' });
    expect((await run('revoked', ...of)).out).toContain('product: "music"');
    expect(await run('restore', 'product', '--product', 'music', ...of)).toMatchObject({ code: 0, err: '' });
    expect(await read()).toMatchObject({ products: [] });
  });

  test.each([
    ['', 'gateway.yaml has no `revocations`'],
    ['revocations: other.yaml', 'other.yaml instead'],
  ])('a file that no gateway reads is told loudly: %j', async (revocations, why) => {
    await configure(revocations);
    const call = ['revoke', 'product', '--product', 'music'];
    const given = await run(...call, '--file', 'revocations.yaml');
    expect([given.code, given.err]).toEqual([0, expect.stringContaining('NO GATEWAY OF gateway.yaml READS')]);
    expect(given.out).toMatch(/, without effect: see above\.\n$/);
    expect(given.err).toContain(why);
    expect(given.err).toMatch(/^ {4}revocations: revocations\.yaml$/m);
    if (revocations === '') expect(await run(...call)).toMatchObject({ code: 1, err: given.err });
  });

  test('one that cannot be used is no reason to write nothing, unless it was named', async () => {
    await writeFile(join(folder, 'gateway.yaml'), 'nothing: true\n');
    expect(await run('revoke', ...principal)).toMatchObject({
      code: 0,
      err: expect.stringContaining('gateway.yaml cannot be used (The gateway cannot start'),
    });
    const named = await run('revoke', ...principal, '--config', 'gateway.yaml');
    expect([named.code, named.out]).toEqual([1, '']);
  });
});

describe('is refused, and writes nothing', () => {
  test.each([
    [['token', '--issuer', 'a'], 2, '--jti is missing'],
    [['principal', '--subject', 'a'], 2, '--issuer is missing'],
    [['issuer', '--issuer', 'a', '--subject', 'b'], 2, '--subject has no meaning for issuer'],
    [['product', '--product', 'a', '--before', 'now'], 2, '--before has no meaning for product'],
    [['issuer', '--issuer', 'a', '--before', 'noon'], 2, '--before noon: write now, or an instant'],
    [['user', '--subject', 'a'], 2, '"user" is nothing that can be revoked; there are token, principal,'],
    [['product', '--product', ''], 1, 'products[0].product is no text'],
    [['product', '--product', 'a', '--file', 'other.yaml'], 1, 'other.yaml cannot be read'],
  ])('%j', async (args, code, message) => {
    const before = await readFile(file, 'utf8');
    const ended = await run('revoke', ...args);
    expect(ended.err).toContain(message);
    expect([ended.code, ended.out]).toEqual([code, '']);
    expect(await readFile(file, 'utf8')).toBe(before);
    expect(await readdir(folder)).toEqual(['revocations.yaml']);
  });

  test('a file that is not understood, which has to be mended first', async () => {
    await writeFile(file, 'tokens: [{ issuer: a }]');
    const { code, err } = await run('revoke', ...principal);
    expect([code, err]).toEqual([1, expect.stringContaining('line 1: tokens[0] has no jti')]);
    expect(await readFile(file, 'utf8')).toBe('tokens: [{ issuer: a }]');
  });

  test('what is not there cannot be restored', async () => {
    const { code, err } = await run('restore', ...principal);
    expect([code, err]).toEqual([1, expect.stringContaining('no such principal is revoked in ')]);
  });
});
