/** What the pages show is true: their queries are answered, their configurations load, their links lead somewhere. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { examples } from '@portcullis/demo/start/examples';
import { readSettings } from '@portcullis/demo/start/settings';
import { parseConfig } from '@portcullis/gateway/config/read-config';
import { errorCodes } from '@portcullis/gateway/errors';
import { generateSdl } from '@portcullis/kit/generate/sdl';
import { composeFile } from '@portcullis/schema/compose/compose';
import { parse } from 'graphql';
import { parse as parseYaml, stringify } from 'yaml';
import { repository } from '../mesh/folders.ts';
import { type Mesh, post, startMesh } from '../mesh/mesh.ts';
import { blocksOf } from './blocks.ts';
import { gamesWithoutResolvers, startGames } from './games.ts';

const pages = ['README.md', 'CHANGELOG.md', ...(await pagesBelow('docs'))];

async function pagesBelow(folder: string): Promise<readonly string[]> {
  const found = await readdir(join(repository, folder), { recursive: true });
  return found.filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}

describe.each(pages)('%s', (page) => {
  it('links to what exists', async () => {
    const text = await readFile(join(repository, page), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !existsSync(join(repository, dirname(page), target)))).toEqual([]);
  });

  it('calls the command in one way', async () => {
    const commands = (await blocksOf(page)).filter(({ language }) => /^(sh|bash)$/.test(language));
    const lines = commands.flatMap(({ text }) => text.split('\n'));
    const calls = lines.filter((line) => /portcullis(\.m?js)? (help|[a-z]+)\b/.test(line));
    expect(calls.filter((line) => !line.includes('node cli/portcullis.mjs '))).toEqual([]);
  });

  it('names npm scripts that exist', async () => {
    const text = await readFile(join(repository, page), 'utf8');
    const manifest = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, script = '']) => script);
    expect(named.filter((script) => !Object.hasOwn(manifest.scripts, script))).toEqual([]);
  });
});

describe('README.md', () => {
  it('says the ports of the demo, and what moves them', async () => {
    const text = await readFile(join(repository, 'README.md'), 'utf8');
    const moved = { PORT: '5001', IDENTITY_PORT: '5002', SUBGRAPH_PORT: '5003' };
    const settings = (environment: NodeJS.ProcessEnv) =>
      readSettings({ house: repository, watch: false, environment });
    const row = (port: number, variable: string) =>
      expect(text).toMatch(new RegExp(`^\\| ${port} \\| .* \\| \`${variable}\` \\|$`, 'm'));
    const { gatewayPort, identityPort, domainPorts } = settings({});
    row(gatewayPort, 'PORT');
    row(identityPort, 'IDENTITY_PORT');
    row(domainPorts.get('video') ?? 0, 'SUBGRAPH_PORT');
    for (const [domain, port] of [...domainPorts].slice(1)) expect(text).toContain(`${domain} ${port}`);
    const elsewhere = settings(moved);
    expect([elsewhere.gatewayPort, elsewhere.identityPort, elsewhere.domainPorts.get('video')]).toEqual([
      5001, 5002, 5003,
    ]);
  });
});

describe('docs/decisions/0006', () => {
  it('names the licence of every Apollo package that runs', async () => {
    const text = await readFile(
      join(repository, 'docs/decisions/0006-stock-engine-behind-a-seam.md'),
      'utf8',
    );
    const manifests = ['schema', 'policies', 'gateway', 'subgraphs/kit', 'demo', 'cli'];
    const running = new Set<string>();
    for (const folder of manifests) {
      const { dependencies = {} } = await manifestIn(folder);
      for (const name of Object.keys(dependencies)) if (name.startsWith('@apollo/')) running.add(name);
    }
    const licences = new Map<string, string | undefined>();
    for (const name of running) licences.set(name, (await manifestIn(join('node_modules', name))).license);
    const elastic = [...licences].flatMap(([name, licence]) => (licence === 'Elastic-2.0' ? [name] : []));
    expect(elastic.sort()).toEqual([
      '@apollo/composition',
      '@apollo/federation-internals',
      '@apollo/query-planner',
    ]);
    for (const name of elastic) expect(text).toContain(`\`${name}\``);
    expect(new Set(licences.values())).toEqual(new Set(['Elastic-2.0', 'MIT']));
  });
});

interface Manifest {
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

async function manifestIn(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(repository, folder, 'package.json'), 'utf8')) as Manifest;
}

describe('docs/query.md', () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh();
  }, 120_000);
  afterAll(() => mesh?.close());

  it('shows queries that are answered, or refused, as it says', async () => {
    const queries = (await blocksOf('docs/query.md')).filter(({ language }) => language === 'graphql');
    expect(queries.length).toBeGreaterThan(4);
    for (const { text, before } of queries) {
      const [, persona = '', refused] = /^As `(\w+)`(, refused)?:$/.exec(before) ?? [];
      const { data, errors } = await mesh.ask(await mesh.tokens.token(persona), text);
      const codes = errors.map(({ extensions }) => extensions['code']);
      expect({ text, codes }).toEqual({ text, codes: refused === undefined ? [] : ['FORBIDDEN'] });
      if (refused === undefined) expect(rows(data)).toBeGreaterThan(0);
    }
  });

  it('shows what is left of a telephone behind a mask, as the demo does', async () => {
    const shown = (await blocksOf('docs/query.md')).filter(({ text }) => /\bphone\b/.test(text));
    const queries = [...shown.map(({ text }) => text), ...examples.map(({ query }) => query)];
    const withPhone = queries.filter((query) => /\bphone\b/.test(query));
    expect(withPhone.length).toBe(2);
    for (const query of withPhone) {
      const { data } = await mesh.ask(await mesh.tokens.token('support'), query);
      expect(JSON.stringify(data)).toMatch(/"phone":"\*+\d{3}"/);
    }
  });

  it('shows an answer in parts', async () => {
    const block = (await blocksOf('docs/query.md')).find(({ text }) => text.includes('multipart/mixed'));
    const [, accept = '', body = ''] = /accept: ([^"]+)"[\s\S]* -d '(.*)'/.exec(block?.text ?? '') ?? [];
    const token = await mesh.tokens.token('analyst');
    const response = await post(mesh.gateway, { token, body, headers: { accept } });
    if (typeof response.body === 'string' || !(Symbol.asyncIterator in response.body))
      throw new Error(String(response.body));
    const parts: unknown[] = [];
    for await (const piece of response.body) {
      const json = /\{.*\}/.exec(piece)?.[0];
      if (json !== undefined) parts.push(JSON.parse(json));
    }
    expect(parts).toEqual([
      { data: { streams: { nodes: [{ title: expect.any(String) }] } }, hasNext: true },
      {
        incremental: [
          { data: { headliner: expect.anything() }, path: ['streams', 'nodes', 0], label: 'artist' },
        ],
        hasNext: false,
      },
    ]);
  });

  it.each([undefined, 'application/json', 'application/graphql-response+json', '*/*', 'text/event-stream'])(
    'shows a query by GET, which is answered with accept: %s',
    async (accept) => {
      const block = (await blocksOf('docs/query.md')).find(({ text }) => text.includes('--data-urlencode'));
      const query = /'query=(.*)'/.exec(block?.text ?? '')?.[1] ?? '';
      const authorization = `Bearer ${await mesh.tokens.token('analyst')}`;
      const { status, body } = await mesh.gateway.handle({
        method: 'GET',
        url: `/graphql?query=${encodeURIComponent(query)}`,
        headers: { authorization, ...(accept !== undefined && { accept }) },
        body: Buffer.alloc(0),
        signal: new AbortController().signal,
      });
      expect([status, await textOf(body)]).toEqual([
        200,
        expect.stringContaining('{"data":{"titles":{"nodes":[{"title":"'),
      ]);
    },
  );

  it('shows how to learn what of an operation is refused, and whom to ask', async () => {
    const block = (await blocksOf('docs/query.md')).find(({ text }) => text.includes('"access":true'));
    const [, body = ''] = / -d '(.*)'/.exec(block?.text ?? '') ?? [];
    const response = await post(mesh.gateway, {
      token: await mesh.tokens.token('analyst'),
      body,
      headers: {},
    });
    const { errors, data, extensions } = JSON.parse(await textOf(response.body));
    expect([errors, data]).toEqual([
      [{ message: expect.any(String), extensions: { code: 'FORBIDDEN' } }],
      undefined,
    ]);
    const { fields } = extensions.access as {
      fields: { path: string[]; outcome: string; ask?: string[] }[];
    };
    const of = (wanted: string) => fields.filter(({ outcome }) => outcome === wanted);
    expect(of('clear').map(({ path }) => path)).toContainEqual(['titles', 'nodes', 'title']);
    expect(of('denied').map(({ ask }) => ask)).toContainEqual(['audience']);
  });

  it('shows what `extensions.access` says, by GET, and explains each of its keys', async () => {
    const blocks = await blocksOf('docs/query.md');
    const at = blocks.findIndex(({ text }) => text.includes(`'extensions={"access":true}'`));
    const parameters = [...(blocks[at]?.text ?? '').matchAll(/--data-urlencode '(\w+)=(.*)'/g)].map(
      ([, name = '', value = '']): [string, string] => [name, value],
    );
    const askAs = async (persona: string) => {
      const { status, body } = await mesh.gateway.handle({
        method: 'GET',
        url: `/graphql?${new URLSearchParams(parameters)}`,
        address: '127.0.0.1',
        headers: { authorization: `Bearer ${await mesh.tokens.token(persona)}` },
        body: Buffer.alloc(0),
        signal: new AbortController().signal,
      });
      return [status, JSON.parse(await textOf(body)).extensions];
    };
    expect(await askAs('support')).toEqual([200, JSON.parse(blocks[at + 1]?.text ?? '')]);
    expect(await askAs('partner')).toMatchObject([200, { access: { rows: { Stream: true } } }]);
    const page = await readFile(join(repository, 'docs/query.md'), 'utf8');
    const keys = ['fields', 'outcome', 'mask', 'message', 'ask', 'minGroup', 'rows', 'isCut'];
    for (const key of keys) expect(page).toMatch(new RegExp(`^\\| .*\`${key}\`.* \\|`, 'm'));
  });

  it('suggests no names, as it says', async () => {
    const token = await mesh.tokens.token('analyst');
    const { errors } = await mesh.ask(token, '{ titels(first: 1) { nodes { title } } }');
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    expect(JSON.stringify(errors)).not.toMatch(/did you mean|titles/i);
  });

  it('lists codes of the closed list only', async () => {
    const text = await readFile(join(repository, 'docs/query.md'), 'utf8');
    const named = [...text.matchAll(/`([A-Z]+_[A-Z_]+|UNAUTHENTICATED|FORBIDDEN|INTERNAL)`/g)].map(
      ([, code]) => code,
    );
    expect(named.filter((code) => !Object.hasOwn(errorCodes, code ?? ''))).toEqual([]);
  });
});

async function textOf(body: string | Buffer | AsyncIterable<string>): Promise<string> {
  if (typeof body === 'string' || Buffer.isBuffer(body)) return String(body);
  let text = '';
  for await (const piece of body) text += piece;
  return text;
}

/** Rows of the first root field, be it a list or a connection. */
function rows(data: Record<string, unknown> | null): number {
  const [root] = Object.values(data ?? {});
  return (Array.isArray(root) ? root : (root as { nodes: unknown[] }).nodes).length;
}

describe('docs/run-a-gateway.md', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portcullis docs '));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('shows a configuration that loads, a supergraph.yaml and rules that are understood', async () => {
    const blocks = await blocksOf('docs/run-a-gateway.md');
    const [least, configuration, supergraph, vocabulary] = blocks.filter(
      ({ language }) => language === 'yaml',
    );
    const rules = blocks.find(({ language }) => language === 'cedar');
    const { listen } = parseConfig(least?.text ?? '', join(folder, 'gateway.yaml'), {});
    expect(listen).toEqual({ host: '127.0.0.1', port: 4000, tls: undefined });
    const config = parseConfig(configuration?.text ?? '', join(folder, 'gateway.yaml'), {});
    expect(config.authentication.issuers).toMatchObject([
      { audience: 'data-gateway', typ: 'JWT', scopeClaim: 'scp', maxLifetimeSeconds: 3600 },
    ]);
    const inShort = (configuration?.text ?? '').replace(
      /^ +(?:typ|scopeClaim|maxLifetimeSeconds):.*\n/gm,
      '',
    );
    expect(parseConfig(inShort, join(folder, 'gateway.yaml'), {}).authentication.issuers).toMatchObject([
      { typ: 'at+jwt', scopeClaim: 'scope', maxLifetimeSeconds: 86_400 },
    ]);
    await writeFile(join(folder, 'supergraph.yaml'), supergraph?.text ?? '');
    const global = join(config.policies ?? '', 'global');
    await mkdir(global, { recursive: true });
    await writeFile(join(global, 'vocabulary.yaml'), vocabulary?.text ?? '');
    await writeFile(join(global, 'rules.cedar'), rules?.text ?? '');
    for (const name of ['video', 'music', 'live']) {
      const head = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag"])';
      await writeFile(
        join(folder, `${name}.graphql`),
        `${head} type Query { "How many." ${name}: Int @tag(name: "internal") }`,
      );
    }
    const composed = await composeFile(config.supergraph.source);
    if (composed.errors !== undefined) throw new Error(JSON.stringify(composed.errors));
    expect(composed.subgraphs.map(({ name, events }) => [name, events])).toEqual([
      ['video', { protocol: 'sse', url: 'http://127.0.0.1:4101/graphql' }],
      ['music', { protocol: 'sse', url: 'http://127.0.0.1:4102/graphql' }],
      ['live', { protocol: 'ws', url: 'ws://127.0.0.1:4104/graphql' }],
    ]);
  });

  it('shows how people sign in to the explorer of that gateway', async () => {
    const [, configuration, ...others] = (await blocksOf('docs/run-a-gateway.md')).filter(
      ({ language }) => language === 'yaml',
    );
    const login = others.find(({ text }) => text.startsWith('explorer:'));
    const text = `${configuration?.text}\n${login?.text}`;
    expect(parseConfig(text, join(folder, 'gateway.yaml'), {}).explorer.login).toEqual({
      issuer: 'https://login.example.com',
      clientId: 'data-explorer',
      clientSecret: join(folder, 'keys/explorer-client'),
      publicUrl: 'https://data.example.com',
      scopes: ['openid', 'profile', 'offline_access'],
      prompt: 'consent',
      resource: 'https://data.example.com',
      audience: undefined,
    });
  });

  it('shows settings that can be put into that configuration', async () => {
    const blocks = await blocksOf('docs/run-a-gateway.md');
    const [, configuration, , , ...more] = blocks.filter(({ language }) => language === 'yaml');
    const whole: Record<string, object> = parseYaml(configuration?.text ?? '');
    expect(more.length).toBeGreaterThan(4);
    for (const { text } of more) {
      const shown: Record<string, object> = parseYaml(text);
      const added = Object.entries(shown).map(([name, value]) => [name, { ...whole[name], ...value }]);
      const together = stringify({ ...whole, ...Object.fromEntries(added) });
      const config = parseConfig(together, join(folder, 'gateway.yaml'), {});
      for (const name of Object.keys(shown)) expect(config).toHaveProperty(name);
    }
  });

  it('shows how to compose what it shows', async () => {
    const commands = (await blocksOf('docs/run-a-gateway.md')).filter(({ language }) => language === 'sh');
    const compose = commands.find(({ text }) => text.includes(' compose '))?.text ?? '';
    const program = compose.replace('cli/portcullis.mjs', join(repository, 'cli/portcullis.mjs'));
    const { stderr } = await promisify(execFile)('sh', ['-c', program], { cwd: folder });
    expect(stderr).toBe('The graph composes: video, music, live.\n');
  });
});

describe('docs/add-a-domain.md', () => {
  it('shows a subscription that tells what it says', async () => {
    const games = await startGames();
    const reading = games.way.subscribe({
      query: 'subscription { match(id: "m1") { seconds game { title } } }',
    });
    const match = (seconds: string) => ({ data: { match: { seconds, game: { title: 'Portcullis' } } } });
    expect(await reading.next()).toEqual(match('60'));
    await games.write(`update matches set seconds = 90 where id = 'm1'`);
    expect(await reading.next()).toEqual(match('90'));
    await games.close();
  }, 60_000);

  it('says where resolvers belong, as the kit does', async () => {
    expect(await gamesWithoutResolvers()).toContain(
      'Subscription.match: has no resolver. Write one in resolvers.ts, and pass them to serve({ folder, resolvers }) in main.ts.',
    );
  }, 60_000);

  it('shows a schema from which the kit generates what the page says', async () => {
    const [schema] = (await blocksOf('docs/add-a-domain.md')).filter(
      ({ language }) => language === 'graphql',
    );
    const served = generateSdl(schema?.text ?? '');
    const query = parse(served).definitions.find(
      (node) => node.kind === 'ObjectTypeDefinition' && node.name.value === 'Query',
    );
    const fields =
      query?.kind === 'ObjectTypeDefinition' ? (query.fields ?? []).map(({ name }) => name.value) : [];
    expect(fields).toEqual(expect.arrayContaining(['games', 'gamesGrouped', 'matches', 'matchesGrouped']));
  });
});
