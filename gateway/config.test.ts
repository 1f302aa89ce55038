import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ConfigError } from './config/config-error.ts';
import { defaults } from './config/defaults.ts';
import { parseConfig, readConfig } from './config.ts';
import { openConfig } from './open-config.ts';

const complete = `
supergraph: ../schema/supergraph.yaml
authentication:
  issuers:
    - issuer: https://id.example.org
      discovery: https://id.example.org/.well-known/openid-configuration
      audience: portcullis
      algorithms: [RS256]
identity:
  issuer: https://gateway.example.org
  signingKey: key.json
`;

function parse(text: string, environment: NodeJS.ProcessEnv = {}) {
  return parseConfig(text, '/etc/portcullis/gateway.yaml', environment);
}

function faultsOf(text: string, environment: NodeJS.ProcessEnv = {}): string {
  try {
    parse(text, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('a complete file', () => {
  test('gets every default and absolute paths', () => {
    const config = parse(complete);
    expect(config).toEqual({
      listen: { host: '127.0.0.1', port: 4000 },
      supergraph: { source: '/etc/schema/supergraph.yaml' },
      policies: undefined,
      authentication: {
        anonymous: 'deny',
        issuers: [
          {
            issuer: 'https://id.example.org',
            keys: { kind: 'discovery', url: 'https://id.example.org/.well-known/openid-configuration' },
            allowPlainHttp: false,
            audience: 'portcullis',
            algorithms: ['RS256'],
            typ: 'at+jwt',
            clients: undefined,
            clockSkewSeconds: 10,
            maxLifetimeSeconds: 86_400,
            scopeClaim: 'scope',
          },
        ],
      },
      identity: {
        issuer: 'https://gateway.example.org',
        signingKey: '/etc/portcullis/key.json',
        createIfMissing: false,
      },
      limits: defaults.limits,
      streams: defaults.streams,
      warmUp: defaults.warmUp,
      overrides: { labels: {} },
      deduplicate: defaults.deduplicate,
      explorer: { enabled: false, personas: undefined },
      open: false,
      log: { level: 'info' },
    });
  });

  test('is frozen to the bottom', () => {
    const config = parse(complete);
    expect(Object.isFrozen(config.authentication.issuers[0]?.algorithms)).toBe(true);
  });

  test('takes several issuers, each with its own source of keys', () => {
    const config = parse(
      complete.replace(
        'identity:',
        `    - { issuer: urn:two, jwksFile: two.json, audience: a, algorithms: [ES256], clients: [bi] }
    - { issuer: urn:three, jwksUrl: "http://[::1]:9/jwks", audience: a, algorithms: [EdDSA], typ: JWT }
identity:`,
      ),
    );
    expect(config.authentication.issuers.map((issuer) => issuer.keys)).toEqual([
      { kind: 'discovery', url: 'https://id.example.org/.well-known/openid-configuration' },
      { kind: 'jwksFile', path: '/etc/portcullis/two.json' },
      { kind: 'jwksUrl', url: 'http://[::1]:9/jwks' },
    ]);
  });
});

describe('variables', () => {
  const withPort = `${complete}listen: { port: "\${PORT:-4000}" }\n`;

  test('an unquoted one has the type of its text', () => {
    const text = `${complete}listen:\n  port: \${PORT:-4000}\n`;
    expect(parse(text, {}).listen.port).toBe(4000);
    expect(parse(text, { PORT: '4444' }).listen.port).toBe(4444);
    expect(parse(text, { PORT: '' }).listen.port).toBe(4000);
  });

  test('a quoted one is text, and a port is no text', () => {
    expect(faultsOf(withPort)).toContain('listen.port must be integer');
  });

  test('a missing one is named with its line', () => {
    expect(faultsOf(complete.replace('audience: portcullis', `audience: \${AUDIENCE}`))).toContain(
      `line 7: the environment variable AUDIENCE is not set. Set it, or write a default: \${AUDIENCE:-…}.`,
    );
  });

  test('a value cannot become structure', () => {
    const config = parse(complete.replace('portcullis', `\${AUDIENCE}`), { AUDIENCE: 'x\nopen: true # {}' });
    expect(config.authentication.issuers[0]?.audience).toBe('x\nopen: true # {}');
    expect(config.open).toBe(false);
  });
});

describe('refuses to start', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      'an unknown key',
      complete.replace('audience:', 'audiance:'),
      'authentication.issuers[0].audiance is not a setting',
    ],
    [
      'a missing audience (D09)',
      complete.replace('audience: portcullis', ''),
      'authentication.issuers[0].audience is missing. Add it: The `aud`',
    ],
    [
      'an empty audience',
      complete.replace('audience: portcullis', 'audience: ""'),
      'authentication.issuers[0].audience must NOT have fewer than 1 characters',
    ],
    ['open: true in a file', `${complete}open: true\n`, 'open is not a setting'],
    [
      'a symmetric algorithm (D02)',
      complete.replace('RS256', 'HS256'),
      'authentication.issuers[0].algorithms[0] is "HS256". Write one of: RS256',
    ],
    ['alg none (D01)', complete.replace('RS256', 'none'), 'is "none". Write one of: RS256'],
    [
      'a clock skew above a minute',
      complete.replace('audience:', 'clockSkewSeconds: 61\n      audience:'),
      'must be <= 60',
    ],
    [
      'two sources of keys',
      complete.replace('audience:', 'jwksFile: x.json\n      audience:'),
      'Exactly one of discovery, jwksUrl and jwksFile',
    ],
    [
      'no source of keys',
      complete.replace(/discovery: .*/, ''),
      'Exactly one of discovery, jwksUrl and jwksFile',
    ],
    [
      'keys over plain http',
      complete.replace('discovery: https', 'discovery: http'),
      'set allowPlainHttp: true',
    ],
    ['keys from a file: URL', complete.replace('discovery: https', 'discovery: file'), 'is no http(s) URL'],
    ['a duplicate key', `${complete}supergraph: other.yaml\n`, 'line 12'],
    [
      "the gateway's issuer among the callers' (D18)",
      complete.replace('https://gateway.example.org', 'https://id.example.org'),
      'identity.issuer is one of authentication.issuers',
    ],
    [
      'no issuer and no anonymous',
      complete.replace(/issuers:[\s\S]*identity/, 'issuers: []\nidentity'),
      'nobody could call',
    ],
    [
      'personas off loopback',
      `${complete}listen: { host: 0.0.0.0 }\nexplorer: { enabled: true, personas: { tokenEndpoint: "http://127.0.0.1:1/token", clients: c.json } }\n`,
      'hands tokens to everybody who can reach 0.0.0.0',
    ],
    ['a tag that runs code elsewhere', `${complete}log: !!js/function "x"\n`, 'Unresolved tag'],
    ['text that is no YAML', 'supergraph: [', 'Correct the YAML'],
    ['an empty file', '', 'the file must be object'],
  ];
  for (const [name, text, expected] of cases) {
    test(name, () => {
      expect(faultsOf(text)).toContain(expected);
    });
  }

  test('an issuer that stands there twice', () => {
    const entry =
      '    - { issuer: "https://id.example.org", jwksFile: j.json, audience: a, algorithms: [ES256] }\n';
    expect(faultsOf(complete.replace('identity:', `${entry}identity:`))).toContain(
      'line 9: authentication.issuers[1].issuer stands here twice',
    );
  });

  test('every fault is told at once, each with its line', () => {
    const message = faultsOf(
      `${complete.replace('audience: portcullis', '')}limits: { dept: 3, tokens: 1 }\n`,
    );
    expect(message).toContain('The gateway cannot start with gateway.yaml:');
    expect(message).toMatch(/line 5: authentication\.issuers\[0\]\.audience is missing/);
    expect(message).toMatch(
      /line 12: limits\.dept is not a setting\. Did you mean limits\.depth\? Remove it, or take one of: bodyBytes, depth/,
    );
    expect(message).toMatch(/line 12: limits\.tokens must be >= 16/);
  });

  test.each([
    ['limits: { subgraph_timeout_ms: 3 }', 'limits.subgraph_timeout_ms', 'limits.subgraphTimeoutMs'],
    ['limits: { subgraphConcurency: 3 }', 'limits.subgraphConcurency', 'limits.subgraphConcurrency'],
    ['limit: { depth: 3 }', 'limit', 'limits'],
    ['polices: rules', 'polices', 'policies'],
    ['depth: 3', 'depth', 'limits.depth'],
    ['audience: a', 'audience', 'authentication.issuers[].audience'],
    ['streams: { requestTimeoutMs: 3 }', 'streams.requestTimeoutMs', 'limits.requestTimeoutMs'],
  ])('%s: what was meant', (line, written, meant) => {
    expect(faultsOf(`${complete}${line}\n`)).toContain(
      `${written} is not a setting. Did you mean ${meant}? `,
    );
  });

  test.each(['zebra: 1', 'limits: { toString: 1 }', 'constructor: 1'])('%s: nothing is like it', (line) => {
    const message = faultsOf(`${complete}${line}\n`);
    expect(message).toMatch(/ is not a setting\. Remove it, or take one of: /);
  });

  test('a file that does not exist', () => {
    expect(() => readConfig('/nowhere/gateway.yaml')).toThrow(
      /gateway\.yaml:\n {2}the file cannot be read \(.*ENOENT/,
    );
  });
});

describe('the documented schema', () => {
  const text = readFileSync(new URL('../docs/gateway-config.schema.json', import.meta.url), 'utf8');

  interface Setting {
    readonly default?: unknown;
    readonly properties?: Readonly<Record<string, Setting>>;
  }

  function defaultsIn({ properties = {} }: Setting): Readonly<Record<string, unknown>> {
    const found = Object.entries(properties).map(([name, setting]) => {
      return [name, setting.properties === undefined ? setting.default : defaultsIn(setting)];
    });
    return Object.fromEntries(found.filter(([, value]) => value !== undefined));
  }

  test('shows the defaults that are used', () => {
    const schema = JSON.parse(text) as Setting & { readonly $defs: { readonly issuer: Setting } };
    const {
      listen,
      anonymous,
      createIfMissing,
      limits,
      streams,
      warmUp,
      overrides,
      deduplicate,
      explorer,
      log,
      issuer,
    } = defaults;
    expect(defaultsIn(schema.$defs.issuer)).toEqual(issuer);
    expect(defaultsIn(schema)).toEqual({
      listen,
      authentication: { anonymous },
      identity: { createIfMissing },
      limits,
      streams,
      warmUp,
      overrides,
      deduplicate,
      explorer: { ...explorer, personas: {} },
      log,
    });
  });

  test('describes every setting', () => {
    const undescribed: string[] = [];
    JSON.parse(text, (key, value: unknown) => {
      const isSetting = typeof value === 'object' && value !== null && ('type' in value || 'enum' in value);
      if (isSetting && !('description' in value) && key !== 'items') undescribed.push(key);
      return value;
    });
    expect(undescribed).toEqual([]);
  });
});

test('open mode binds loopback, trusts no token and is set by no file', () => {
  const config = openConfig({ supergraph: '/graph/supergraph.graphql', port: 0 });
  expect(config).toMatchObject({
    listen: { host: '127.0.0.1', port: 0 },
    open: true,
    authentication: { anonymous: 'allow', issuers: [] },
    identity: { signingKey: undefined },
  });
});
