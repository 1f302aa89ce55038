import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readConfig } from '@portcullis/gateway/config/read-config';
import { parse } from 'yaml';
import { root } from './run-command.ts';

// No container engine is at hand: what can be known without one is that everything the file names exists.

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const file: ComposeFile = parse(text, { merge: true });
const services = Object.entries(file.services);
const ours = services.filter(([, { image }]) => image === 'portcullis');
const variables = [...new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name))];
const sources = readSources();

/** All that could read a variable: the sources, and the configuration files that they read. */
function readSources(): string {
  const rooms = ['cli', 'demo', 'gateway', 'schema', 'subgraphs'].map((room) => join(root, room));
  const files = rooms.flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' }).map((path) => join(room, path)),
  );
  const readable = files.filter(
    (path) => /(?<!\.test)\.(ts|yaml)$/.test(path) && !path.includes('node_modules'),
  );
  return readable.map((path) => readFileSync(path, 'utf8')).join('\n');
}

/** Whether something reads it, by its name or, for a domain's own variable, by the pattern it follows. */
function isRead(variable: string): boolean {
  const suffix = variable.replace(/^(VIDEO|MUSIC|PODCASTS|LIVE|AUDIENCE|BILLING)/, '');
  return (
    new RegExp(`\\b${variable}\\b`).test(sources) || (suffix !== variable && sources.includes(`}${suffix}`))
  );
}

describe('docker-compose.yml', () => {
  test('has PostgreSQL, the domains, the identity provider and the gateway', () => {
    const domains = readdirSync(join(root, 'subgraphs')).filter((name) =>
      existsSync(join(root, 'subgraphs', name, 'schema.graphql')),
    );
    const expected = ['postgres', 'prepare', ...domains, 'identity', 'gateway'];
    expect(services.map(([name]) => name).sort()).toEqual(expected.sort());
    expect(ours.every(([, { build }]) => build === '.')).toBe(true);
    expect(existsSync(join(root, 'Dockerfile'))).toBe(true);
  });

  test.each(ours)('%s runs what the build makes, with files that exist', (_, { command = [] }) => {
    const [program, script = '', ...args] = command;
    expect(program).toBe('node');
    const source = script.replace(/^dist\//, '').replace(/\.js$/, '.ts');
    expect([script, existsSync(join(root, source))]).toEqual([`dist/${source.replace(/ts$/, 'js')}`, true]);
    for (const path of args.filter((argument) => argument.includes('/'))) {
      expect([path, existsSync(join(root, path))]).toEqual([path, true]);
    }
  });

  test.each(ours)('%s gets only variables that something reads', (_, { environment = {} }) => {
    expect(Object.keys(environment).filter((variable) => !isRead(variable))).toEqual([]);
  });

  test.each(services)('%s waits for, mounts and probes what is there', (_, service) => {
    for (const needed of Object.keys(service.depends_on ?? {}))
      expect(Object.keys(file.services)).toContain(needed);
    for (const volume of service.volumes ?? [])
      expect(Object.keys(file.volumes)).toContain(volume.split(':')[0]);
  });

  test('probes paths that are served', () => {
    const probed = [...text.matchAll(/'\/(\w+)'|:\d+\/(\w+)'/g)].map(([, a, b]) => a ?? b);
    for (const path of probed) expect(sources).toContain(`'/${path}'`);
    expect(probed.length).toBeGreaterThan(1);
  });

  test('publishes the gateway and the identity provider, to this machine only', () => {
    const published = services.filter(([, { ports }]) => ports !== undefined);
    expect(published.map(([name]) => name).sort()).toEqual(['gateway', 'identity']);
    for (const port of published.flatMap(([, { ports = [] }]) => ports))
      expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test('gives the gateway a configuration that it takes, with the keys of the provider that it runs beside', () => {
    const config = readConfig(join(root, 'demo/gateway.docker.yaml'), {});
    const [issuer] = config.authentication.issuers;
    expect(issuer?.issuer).toBe(file.services['identity']?.environment?.['ISSUER']);
    expect(config.identity.issuer).toBe(file.services['video']?.environment?.['TXN_TOKEN_ISSUER']);
    expect(config.listen).toEqual({
      host: '0.0.0.0',
      port: Number(file.services['gateway']?.environment?.['PORT']),
    });
  });

  test('asks for every password, and its first lines say how to make them', () => {
    for (const variable of variables.filter((name) => name.endsWith('_PASSWORD'))) {
      expect(text).toContain(`\${${variable}:?`);
      expect(text.slice(0, text.indexOf('name:'))).toContain(variable.replace('_PASSWORD', ''));
    }
    expect(text).not.toMatch(/PASSWORD: (?!\$\{)/);
  });

  if (spawnSync('docker', ['compose', 'version']).status === 0) {
    test('is accepted by docker compose, with the passwords and not without', () => {
      const passwords = Object.fromEntries(variables.map((name) => [name, 'x']));
      const config = (environment: NodeJS.ProcessEnv) =>
        spawnSync('docker', ['compose', '--env-file', '/dev/null', 'config', '--quiet'], {
          cwd: root,
          env: environment,
        });
      expect(config({ ...process.env, ...passwords }).status).toBe(0);
      expect(config(process.env).status).not.toBe(0);
    });
  }
});
