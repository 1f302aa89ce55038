import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commands } from './commands.ts';

interface Ended {
  readonly code: number | string | null | undefined;
  readonly out: string;
  readonly err: string;
}

/** Calls the real program, as a shell would. */
function portcullis(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...environment };
    execFile(
      process.execPath,
      [join(import.meta.dirname, 'portcullis.mjs'), ...args],
      { env },
      (error, out, err) => resolve({ code: error === null ? 0 : error.code, out, err }),
    );
  });
}

describe('help', () => {
  test('lists every command', async () => {
    const { code, out } = await portcullis([]);
    expect(code).toBe(0);
    for (const [name, { summary }] of commands)
      expect(out).toMatch(new RegExp(`^ {2}${name} +${summary}$`, 'm'));
    expect(await portcullis(['help'])).toEqual({ code, out, err: '' });
    expect(await portcullis(['help', 'help'])).toEqual({ code, out, err: '' });
  });

  test('of a command is the same either way, and shows each of its flags', async () => {
    const { out } = await portcullis(['help', 'gateway']);
    expect((await portcullis(['gateway', '--help'])).out).toBe(out);
    for (const flag of ['--config FILE', '--supergraph FILE', '--port N', '--open'])
      expect(out).toContain(flag);
    const ofTwoWords = await portcullis(['help', 'policy', 'test']);
    expect(ofTwoWords.out).toMatch(/^Usage: portcullis policy test \[FILES…\]/);
    expect((await portcullis(['policy', 'test', '--help'])).out).toBe(ofTwoWords.out);
    expect((await portcullis(['help', 'audit', 'verify'])).out).toMatch(
      /^Usage: portcullis audit verify TRAIL/,
    );
  });
});

test('the version is that of package.json', async () => {
  expect(await portcullis(['--version'])).toMatchObject({ code: 0, out: '0.1.0\n' });
});

describe('wrong usage is exit code 2, with a pointer to the help', () => {
  test.each([
    [
      ['comopse'],
      'portcullis: there is no command "comopse"; there are start, gateway,',
      'portcullis help\n',
    ],
    [['compose', '--colour'], "portcullis: Unknown option '--colour'", 'portcullis help compose\n'],
    [['compose', 'now'], 'portcullis: "now" is one word too many', 'portcullis help compose\n'],
    [
      ['policy'],
      'portcullis: "policy" alone is no command; there are policy check, policy',
      'portcullis help\n',
    ],
    [['policy', 'tset'], 'portcullis: "policy" alone is no command', 'portcullis help\n'],
    [
      ['policy', 'test', '--colour'],
      "portcullis: Unknown option '--colour'",
      'portcullis help policy test\n',
    ],
    [['migrate'], 'portcullis: <domain> is missing', 'portcullis help migrate\n'],
    [['gateway'], 'portcullis: give --config FILE, or --supergraph FILE --open', 'portcullis help gateway\n'],
    [
      ['gateway', '--supergraph', 'x', '--open', '--port', '70000'],
      '--port 70000: a port is',
      'portcullis help gateway\n',
    ],
    [
      ['gateway', '--supergraph', 'x'],
      'portcullis: a bare supergraph has no rules',
      'portcullis help gateway\n',
    ],
    [
      ['gateway', '--config', 'x', '--open'],
      'portcullis: --config stands alone',
      'portcullis help gateway\n',
    ],
  ])('%j', async (args, message, pointer) => {
    const { code, out, err } = await portcullis(args);
    expect(err).toContain(message);
    expect(err.endsWith(`See: ${pointer}`)).toBe(true);
    expect([code, out]).toEqual([2, '']);
  });
});

test('a setting that makes no sense is told in a line', async () => {
  const { code, err } = await portcullis(['start'], { PORT: 'abc' });
  expect([code, err]).toEqual([
    1,
    'portcullis start: PORT=abc is no port: give a number from 1 to 65000, or unset it.\n',
  ]);
});

test('what cannot be done is exit code 1, in words and without a stack', async () => {
  const { code, err } = await portcullis(['migrate', 'cooking']);
  expect(code).toBe(1);
  expect(err).toBe(
    'portcullis migrate: there is no domain "cooking": subgraphs/cooking/migrations does not exist\n',
  );
});

const vocabulary = `classification: [public, internal, restricted]
tags:
  public: { classification: public, description: For everybody. }
zones: [anywhere]
`;
const rules = '@id("global.public") permit (principal, action, resource in Tag::"public");\n';

async function writePolicies(folder: string): Promise<void> {
  await mkdir(join(folder, 'global'), { recursive: true });
  await writeFile(join(folder, 'global/vocabulary.yaml'), vocabulary);
  await writeFile(join(folder, 'global/rules.cedar'), rules);
}

describe('compose', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'compose command '));
    await writePolicies(join(folder, 'policies'));
    await writeFile(
      join(folder, 'graph.yaml'),
      'subgraphs:\n  shop: { owner: shop-team, schema: shop.graphql, url: "http://127.0.0.1:1/" }\n',
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  const good = '"A shop." type Shop @tag(name: "public") { "Its name." name: String }';
  const sdl = (types: string) =>
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag"])
     type Query { "The shop." shop: Shop }
     ${types}`;

  async function compose(types: string, ...args: string[]) {
    await writeFile(join(folder, 'shop.graphql'), sdl(types));
    const policies = args.includes('--policies') ? [] : ['--policies', join(folder, 'policies')];
    return portcullis(['compose', '--config', join(folder, 'graph.yaml'), ...policies, ...args]);
  }

  test('says in a line that the graph composes', async () => {
    expect(await compose(good)).toEqual({ code: 0, out: '', err: 'The graph composes: shop.\n' });
  });

  test('prints the supergraph if told so', async () => {
    const { code, out } = await compose(good, '--out', '-');
    expect(code).toBe(0);
    expect(out).toMatch(/type Shop[\s\S]*\}\n$/);
  });

  test('writes it whole or not at all', async () => {
    const file = join(folder, 'supergraph.graphql');
    expect(await compose(good, '--out', file)).toMatchObject({ code: 0, out: '' });
    const before = await readFile(file, 'utf8');
    expect(before).toContain('type Shop');
    expect(await compose('type Shop { name: Name }', '--out', file)).toMatchObject({ code: 1 });
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  test('refuses what breaks a convention, by file, line and owner', async () => {
    const { code, out, err } = await compose('type Shop @tag(name: "public") { name: String }');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/shop\.graphql:3:11 \(shop, owned by shop-team\) {2}error dp-description/);
    expect(err).toContain('Shop has no description');
    expect(err).toContain('2 errors.\n');
  });

  test('says that the vocabulary is missing, and what to do', async () => {
    const { code, out, err } = await compose(good, '--policies', folder);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(
      'global/vocabulary.yaml:1: error: is not there; write it, see docs/policies.md, or name the folder that has it',
    );
  });

  test('says what is wrong with the rules, by file, line and rule', async () => {
    const policies = join(folder, 'wrong policies');
    await writePolicies(policies);
    await writeFile(join(policies, 'global/rules.cedar'), `\n${rules.replace('"public")', '"pubic")')}`);
    const { code, out, err } = await compose(good, '--policies', policies);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^global\/rules\.cedar:2: error \[global\.public\]: .*"pubic/);
  });

  test('says all of it as JSON', async () => {
    const { code, out } = await compose('type Shop { name: Name }', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      problems: [{ severity: 'error', code: 'INVALID_GRAPHQL', places: [{ line: 3, owner: 'shop-team' }] }],
    });
  });
});

describe('gateway --config', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway command '));
    await writePolicies(join(folder, 'policies'));
    await writeFile(join(folder, 'shop.graphql'), 'type Query { shop: String }');
    await writeFile(
      join(folder, 'graph.yaml'),
      'subgraphs:\n  shop: { owner: shop-team, schema: shop.graphql, url: "http://127.0.0.1:1/" }\n',
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function gateway(settings: string): Promise<Ended> {
    const config = join(folder, 'gateway.yaml');
    const text = `
      supergraph: graph.yaml
      authentication: { anonymous: allow, issuers: [] }
      identity: { issuer: "https://gateway.example", signingKey: key.jwk, createIfMissing: true }
      ${settings}`;
    await writeFile(config, text);
    return portcullis(['gateway', '--config', config]);
  }

  test('that finds its port taken says where another one is set, and ends', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      const { code, err } = await gateway(`policies: policies\n      listen: { port: ${port} }`);
      expect([code, err]).toEqual([
        1,
        `portcullis gateway: Port ${port} on 127.0.0.1 is taken by another program. Stop that program, or give the gateway another port (listen.port in its configuration).\n`,
      ]);
    } finally {
      other.close();
    }
  });

  test('that finds no rules says what to do, and ends', async () => {
    const { code, err } = await gateway('policies: rules');
    expect(code).toBe(1);
    expect(err).toContain(`portcullis gateway: ${join(folder, 'rules')}:1: error: cannot be read`);
    expect(err).toContain('name the folder that has `global/vocabulary.yaml` and the rules');
  });

  test('that is told of no rules says what to do, and ends', async () => {
    const { code, err } = await gateway('');
    expect(code).toBe(1);
    expect(err).toContain('without rules nobody may do anything');
  });
});
