import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { usesFile } from '@portcullis/gateway/authenticate/service-tokens/last-use';
import { hashOf, parseServiceToken } from '@portcullis/gateway/authenticate/service-tokens/token';
import { parseTokenFile } from '@portcullis/gateway/authenticate/service-tokens/token-file';
import { portcullis } from '../fixture/call.ts';
import { type Library, writeLibrary } from '../fixture/library.ts';

let library: Library;
let folder: string;
let file: string;
beforeAll(async () => {
  library = await writeLibrary();
  folder = await mkdtemp(join(tmpdir(), 'token command '));
  file = join(folder, 'state/tokens.json');
});
beforeEach(() => rm(join(folder, 'state'), { recursive: true, force: true }));
afterAll(async () => {
  await library.remove();
  await rm(folder, { recursive: true });
});

const run = (command: string, ...args: readonly string[]) =>
  portcullis(['token', command, ...args, '--file', file], folder);
const create = (...args: readonly string[]) => run('create', ...args);
const withWords = () => library.flags;
const stored = async () => parseTokenFile(await readFile(file, 'utf8'), Math.floor(Date.now() / 1000));
const idsOf = async (name: string) => (await stored()).get(name)?.tokens.map(({ id }) => id);

describe('token create', () => {
  test('prints the token alone, keeps its hash, and says how to use it', async () => {
    const flags = ['--kind', 'bi', '--role', 'analyst', '--purpose', 'statistics', '--product', 'books'];
    const { code, out, err } = await create(
      'dashboard',
      ...flags,
      '--scope',
      'b',
      '--scope',
      'a',
      ...withWords(),
    );
    expect(code).toBe(0);
    const token = parseServiceToken(out.trim());
    expect(out).toBe(`${out.trim()}\n`);
    expect(err).toMatch(/^dashboard has this token until .*; it is not shown again\.$/m);
    expect(err).toMatch(/choose Basic: any user, and the token as the password/);
    const text = await readFile(file, 'utf8');
    expect(text).not.toContain(token?.secret ?? '');
    const { tokens, ...rights } = (await stored()).get('dashboard') ?? { tokens: [] };
    expect(rights).toEqual({
      kind: 'bi',
      roles: ['analyst'],
      teams: [],
      scopes: ['a', 'b'],
      purposes: ['statistics'],
      attributes: {},
      products: ['books'],
    });
    const [only] = tokens;
    expect(only).toMatchObject({ id: token?.id, hash: hashOf(token?.secret ?? '').toString('base64url') });
    expect((only?.expires ?? 0) - (only?.created ?? 0)).toBe(90 * 86_400);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'state'))).toEqual(['tokens.json']);
  });

  test('makes a second one for the same rights, and no third', async () => {
    const first = parseServiceToken((await create('dashboard', '--role', 'analyst')).out.trim());
    const second = parseServiceToken((await create('dashboard')).out.trim());
    expect(await idsOf('dashboard')).toEqual([first?.id, second?.id]);
    expect((await stored()).get('dashboard')?.roles).toEqual(['analyst']);
    const third = await create('dashboard', '--role', 'analyst');
    expect([third.code, third.out]).toEqual([1, '']);
    expect(third.err).toContain(`and revoke it: portcullis token revoke ${first?.id}`);
    await run('revoke', first?.id ?? '');
    expect((await create('dashboard')).code).toBe(0);
  });

  test('asks whether somebody without any right is a slip of the name', async () => {
    await create('dashboard', '--role', 'analyst');
    expect((await create('dashboard')).err).not.toContain('a slip');
    expect((await create('dashbord')).err).toContain(
      'If dashbord should have had some before, the name has a slip',
    );
  });

  test('changes rights only if it is told to', async () => {
    await create('dashboard', '--role', 'analyst');
    const other = await create('dashboard', '--role', 'librarian');
    expect(other).toMatchObject({ code: 1, out: '' });
    expect(other.err).toContain('dashboard has other rights: service · roles analyst.');
    expect(other.err).toContain('add --replace-rights');
    expect((await create('dashboard', '--role', 'librarian', '--replace-rights')).code).toBe(0);
    expect((await stored()).get('dashboard')).toMatchObject({ roles: ['librarian'] });
    expect(await idsOf('dashboard')).toHaveLength(2);
  });

  test('takes attributes as the vocabulary has them', async () => {
    const { code } = await create('dashboard', '--attribute', 'branch=north', ...withWords());
    expect(code).toBe(0);
    expect((await stored()).get('dashboard')?.attributes).toEqual({ branch: 'north' });
  });

  test.each<[string, readonly string[], string]>([
    ['a role that there is not', ['--role', 'analist'], 'did you mean `analyst`?'],
    ['a purpose that there is not', ['--purpose', 'statistic'], 'did you mean `statistics`?'],
    ['a product that there is not', ['--product', 'book'], 'did you mean `books`?'],
    ['an attribute that there is not', ['--attribute', 'brunch=x'], 'did you mean `branch`?'],
    ['an attribute without a value', ['--attribute', 'branch'], 'has to be NAME=VALUE'],
    ['a kind that there is not', ['--kind', 'human'], 'there are bi and service'],
    ['two scopes in one', ['--scope', 'a b'], 'is no scope'],
    ['no end', ['--expires', '0d'], '365d at most'],
    ['an end that is too far', ['--expires', '366d'], '365d at most'],
    ['an end of no form', ['--expires', 'never'], '365d at most'],
  ])('refuses %s, and writes nothing', async (_, flags, message) => {
    const { code, out, err } = await create('dashboard', ...flags, ...withWords());
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(await readdir(folder)).toEqual([]);
  });

  test('refuses a name that could be mistaken in a log', async () => {
    for (const name of ['', 'a b', '-x', 'a'.repeat(65), 'å'])
      expect((await portcullis(['token', 'create', '--file', file, '--', name], folder)).code).toBe(2);
  });

  test('needs the vocabulary for attributes', async () => {
    const { code, err } = await create('dashboard', '--attribute', 'branch=north');
    expect([code, err]).toEqual([2, expect.stringContaining('--attribute needs --policies FOLDER')]);
  });

  test('several at once all happen', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const made = await Promise.all(names.map((name) => create(name)));
    expect(made.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect([...(await stored()).keys()]).toEqual(names);
  });

  test('touches no file that it does not understand', async () => {
    await create('dashboard');
    await writeFile(file, '{');
    const { code, err } = await create('dashboard');
    expect([code, err]).toEqual([1, expect.stringContaining('the file is not valid JSON')]);
    expect(await readFile(file, 'utf8')).toBe('{');
  });
});

describe('token list', () => {
  test('says who has which, and when each was used', async () => {
    expect((await run('list')).out).toBe(
      `No service tokens: ${file} does not exist. \`portcullis token create\` makes it.\n`,
    );
    await create('dashboard', '--kind', 'bi', '--role', 'analyst', '--product', 'books');
    await create('dashboard');
    const [first = '', second = ''] = (await idsOf('dashboard')) ?? [];
    await writeFile(usesFile(file), JSON.stringify({ [first]: '2026-01-02T03:04:05.678Z' }));
    const { out } = await run('list');
    const lines = out.split('\n');
    expect(lines[0]).toBe('dashboard  bi · roles analyst · products books');
    expect(lines[1]).toMatch(
      new RegExp(`^ {2}${first}  expires .*Z  made .*Z  last used 2026-01-02T03:04:05Z$`),
    );
    expect(lines[2]).toMatch(new RegExp(`^ {2}${second}  expires .*  never used$`));
    const [listed] = JSON.parse((await run('list', '--json')).out);
    expect(listed).toMatchObject({
      name: 'dashboard',
      products: ['books'],
      tokens: [
        { id: first, expired: false, lastUsed: '2026-01-02T03:04:05Z' },
        { id: second, lastUsed: null },
      ],
    });
    expect(JSON.stringify(listed)).not.toContain('hash');
  });
});

describe('token revoke', () => {
  test('takes one token, or a name with all of them, by id, by the token itself, or by the name', async () => {
    const { out } = await create('dashboard');
    await create('dashboard');
    await create('other');
    const [, second = ''] = (await idsOf('dashboard')) ?? [];
    expect((await run('revoke', out.trim())).out).toContain(' of dashboard.');
    expect(await idsOf('dashboard')).toEqual([second]);
    expect((await run('revoke', second)).code).toBe(0);
    expect((await run('list')).out).toMatch(/^dashboard {2}service\n {2}no token$/m);
    expect((await run('revoke', 'other')).out).toContain('Revoked other with its only token.');
    expect([...(await stored()).keys()]).toEqual(['dashboard']);
  });

  test('says that there is no such thing, and what may be meant', async () => {
    await create('dashboard');
    const { code, err } = await run('revoke', 'dashbord');
    expect([code, err]).toEqual([1, expect.stringContaining('did you mean `dashboard`?')]);
  });

  test('waits for another command, and says what to do about one that was killed', async () => {
    await create('dashboard');
    await writeFile(`${file}.lock`, '');
    const waiting = run('revoke', 'dashboard');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect([...(await stored()).keys()]).toEqual(['dashboard']);
    await rm(`${file}.lock`);
    expect((await waiting).code).toBe(0);
    await writeFile(`${file}.lock`, '');
    const { code, err } = await run('revoke', 'dashboard');
    expect([code, err]).toEqual([1, expect.stringContaining(`it was killed: remove ${file}.lock`)]);
  }, 30_000);
});

describe('where a gateway has its configuration', () => {
  const here = async (config: string, ...args: readonly string[]) => {
    const place = await mkdtemp(join(tmpdir(), 'own gateway '));
    await writeFile(join(place, 'gateway.yaml'), config);
    const ended = await portcullis(['token', ...args], place);
    const made = await readFile(join(place, 'state/tokens.json'), 'utf8').catch(() => undefined);
    await rm(place, { recursive: true });
    return { ...ended, made };
  };
  const config = (serviceTokens: string) => `supergraph: ${JSON.stringify(join(library.folder, 'graph.yaml'))}
policies: ${JSON.stringify(join(library.folder, 'policies'))}
authentication:
  issuers: [{ issuer: "https://identity.test", jwksFile: issuer.json, audience: portcullis, algorithms: [ES256] }]
${serviceTokens}
identity: { issuer: "https://gateway.test", signingKey: key.jwk }
`;
  const named = '  serviceTokens: { file: state/tokens.json }';

  test('a token is one of that gateway, in its words', async () => {
    const { code, made } = await here(config(named), 'create', 'mine', '--role', 'analyst');
    expect([code, Object.keys(JSON.parse(made ?? '{}').principals ?? {})]).toEqual([0, ['mine']]);
    const other = await here(config(named), 'create', 'mine', '--product', 'video');
    expect([other.code, other.made, other.err]).toEqual([
      2,
      undefined,
      expect.stringContaining('--product video'),
    ]);
  });

  test('that takes none, or cannot be read, nothing is written anywhere else', async () => {
    const without = await here(config(''), 'create', 'mine');
    expect([without.code, without.err]).toEqual([1, expect.stringContaining('serviceTokens: { file:')]);
    const broken = await here('supergraph: 7', 'list');
    expect([broken.code, broken.err]).toEqual([1, expect.stringContaining('with --file')]);
  });
});
