import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { openConfig } from '../open-config.ts';
import { ConfigError } from './config-error.ts';
import { defaults } from './defaults.ts';
import { parseConfig, readConfig } from './read-config.ts';

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
      supergraph: { source: '/etc/schema/supergraph.yaml', enforces: {} },
      policies: undefined,
      measure: undefined,
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
            requireBoundTokens: false,
            kind: 'human',
            claims: { attributes: {} },
          },
        ],
      },
      revocations: undefined,
      zones: {},
      trustedHops: 0,
      forwardHeaders: {},
      modes: { human: 'null', service: 'refuse', bi: 'refuse', anonymous: 'null' },
      masks: { secret: undefined, createIfMissing: false },
      audit: undefined,
      identity: {
        issuer: 'https://gateway.example.org',
        signingKey: '/etc/portcullis/key.json',
        createIfMissing: false,
        tells: {},
        bindBody: [],
      },
      limits: defaults.limits,
      streams: defaults.streams,
      warmUp: defaults.warmUp,
      overrides: { labels: {} },
      deduplicate: defaults.deduplicate,
      explorer: { enabled: false, personas: undefined, login: undefined },
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

describe('signing in to the explorer', () => {
  const required =
    'issuer: "https://id.example.org", clientId: explorer, publicUrl: "https://data.example.org"';
  const withLogin = (login: string, more = '') =>
    `${complete}explorer: { enabled: true, login: { ${login} }${more} }\n`;

  test('asks for openid, as a public client, unless it is told more', () => {
    expect(parse(withLogin(required)).explorer.login).toEqual({
      issuer: 'https://id.example.org',
      clientId: 'explorer',
      clientSecret: undefined,
      publicUrl: 'https://data.example.org',
      scopes: ['openid'],
      prompt: undefined,
      resource: undefined,
      audience: undefined,
    });
    const more = `${required}, clientSecret: keys/explorer, scopes: [offline_access, openid], prompt: consent, resource: "urn:r", audience: a`;
    expect(parse(withLogin(more)).explorer.login).toMatchObject({
      clientSecret: '/etc/portcullis/keys/explorer',
      scopes: ['openid', 'offline_access'],
      prompt: 'consent',
      resource: 'urn:r',
      audience: 'a',
    });
  });

  test.each([
    'https://data.example.org/',
    'https://data.example.org:8443',
    'http://127.0.0.1:4000',
    'http://localhost:4000',
  ])('comes back to %s', (publicUrl) => {
    const text = withLogin(required.replace('https://data.example.org', publicUrl));
    expect(parse(text).explorer.login?.publicUrl).toBe(new URL(publicUrl).origin);
  });

  const elsewhere = (publicUrl: string) => required.replace('https://data.example.org', publicUrl);
  test.each([
    [
      'an issuer that is not trusted',
      required.replace('id.example', 'evil.example'),
      'login.issuer is none of authentication.issuers',
    ],
    [
      'the audience of access tokens as client',
      required.replace('clientId: explorer', 'clientId: portcullis'),
      'login.clientId is the audience of its issuer',
    ],
    ['a path', elsewhere('https://data.example.org/graph'), 'login.publicUrl is not where a gateway is'],
    ['a user', elsewhere('https://ann@data.example.org'), 'login.publicUrl is not where a gateway is'],
    ['no URL', elsewhere('data.example.org'), 'login.publicUrl is not where a gateway is'],
    ['no TLS', elsewhere('http://data.example.org'), 'login.publicUrl is not https:'],
    ['another scheme', elsewhere('ftp://127.0.0.1'), 'login.publicUrl is not https:'],
    ['two scopes in one', `${required}, scopes: ["a b"]`, 'login.scopes[0] must match pattern'],
    ['a setting that there is not', `${required}, redirectUri: x`, 'login.redirectUri is not a setting'],
  ])('takes no login with %s', (_, login, fault) => {
    expect(faultsOf(withLogin(login))).toContain(`explorer.${fault}`);
  });

  test('excludes personas, and a page that is not served', () => {
    const personas = ', personas: { tokenEndpoint: "http://127.0.0.1:1/token", clients: c.json }';
    expect(faultsOf(withLogin(required, personas))).toContain(
      'explorer.login stands beside explorer.personas',
    );
    const disabled = withLogin(required).replace('enabled: true', 'enabled: false');
    expect(faultsOf(disabled)).toContain('explorer.login has no use while explorer.enabled is not true');
  });

  test('needs an issuer with discovery, of which the explorer may be a client', () => {
    const without = withLogin(required).replace(/discovery: .*/, 'jwksFile: j.json');
    expect(faultsOf(without)).toContain('explorer.login.issuer has no discovery');
    const closed = withLogin(required).replace(
      'audience: portcullis',
      'audience: portcullis\n      clients: [bi]',
    );
    expect(faultsOf(closed)).toContain("explorer.login.clientId is none of its issuer's clients");
    expect(parse(closed.replace('[bi]', '[bi, explorer]')).explorer.login?.clientId).toBe('explorer');
  });

  test('needs an issuer whose tokens need no client certificate', () => {
    const bound = withLogin(required)
      .replace('audience: portcullis', 'audience: portcullis\n      requireBoundTokens: true')
      .concat('listen: { tls: { certificate: c, key: k, clientCa: a, clientCertificates: optional } }\n');
    expect(faultsOf(bound)).toContain('explorer.login.issuer has requireBoundTokens');
    expect(faultsOf(bound)).not.toContain('listen');
  });
});

describe('service tokens', () => {
  const withTokens = (text: string) =>
    parse(text.replace('authentication:', 'authentication:\n  serviceTokens: { file: tokens.json }'));

  test('are in a file beside the configuration', () => {
    const { serviceTokens } = withTokens(complete).authentication;
    expect(serviceTokens).toEqual({ file: '/etc/portcullis/tokens.json' });
  });

  test('are enough for somebody to call', () => {
    const none = complete.replace(/issuers:[\s\S]*identity:/, 'issuers: []\nidentity:');
    expect(faultsOf(none)).toContain('nobody could call');
    expect(withTokens(none).authentication.issuers).toEqual([]);
  });

  test('have an issuer that nobody else can be', () => {
    const taken = 'portcullis:service-tokens';
    expect(faultsOf(complete.replace('issuer: https://id.example.org', `issuer: ${taken}`))).toContain(
      'authentication.issuers[0].issuer is the name of service tokens',
    );
    expect(faultsOf(complete.replace('issuer: https://gateway.example.org', `issuer: ${taken}`))).toContain(
      'identity.issuer is the name of service tokens',
    );
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
    [
      'a supergraph.yaml',
      'subgraphs: { shop: { owner: shop-team } }\n',
      'line 1: this is the list of subgraphs, and no configuration of a gateway: name it there, as `supergraph`.',
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
    [
      'an origin for everybody (K10)',
      `${complete}cors: { origins: ["*"] }\n`,
      'cors.origins[0] is no origin of a page',
    ],
    [
      'the origin of a page without one (K10)',
      `${complete}cors: { origins: ["null"] }\n`,
      'cors.origins[0] is no origin of a page',
    ],
    [
      'an origin with a wildcard (K10)',
      `${complete}cors: { origins: ["https://*.example.com"] }\n`,
      'cors.origins[0] is',
    ],
    [
      'an origin with a slash',
      `${complete}cors: { origins: ["https://app.example.com/"] }\n`,
      'is not as browsers write it. Write https://app.example.com.',
    ],
    [
      'an origin with the usual port',
      `${complete}cors: { origins: ["https://app.example.com:443"] }\n`,
      'Write https://app.example.com.',
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

describe('what rules look at', () => {
  const claims = `claims:
        kind: kind
        roles: roles
        purposes: https://example.org/purposes
        breakGlass: break_glass
        attributes: { region: region_claim, clearance: level }
`;
  const withClaims = complete.replace('algorithms: [RS256]', `algorithms: [RS256]\n      ${claims}`);

  test('is in the claims that an issuer names, and no others are read', () => {
    expect(parse(withClaims).authentication.issuers[0]).toMatchObject({
      kind: 'human',
      claims: {
        kind: 'kind',
        roles: 'roles',
        teams: undefined,
        purposes: 'https://example.org/purposes',
        purpose: undefined,
        breakGlass: 'break_glass',
        attributes: { region: 'region_claim', clearance: 'level' },
      },
    });
  });

  test.each(['kind', 'break_glass', 'roles'])('one claim does not mean two things: %s', (claim) => {
    const text = withClaims.replace('purposes: https', `purpose: ${claim}\n        purposes: https`);
    expect(faultsOf(text)).toMatch(/authentication\.issuers\[0\]\.claims\.\w+ names the claim of \w+ too/);
  });

  test('nor is a claim with scopes another one too', () => {
    expect(faultsOf(withClaims.replace('roles: roles', 'roles: scope'))).toContain(
      'claims.roles names the claim of scopeClaim too',
    );
  });

  test.each(['kind', 'purpose', 'roles', 'teams', 'scopes', '__proto__', 'a b', ''])(
    'an attribute cannot be called %j',
    (name) => {
      const text = withClaims.replace('region: region_claim', `${JSON.stringify(name)}: region_claim`);
      expect(faultsOf(text)).toContain(`has a name that does not fit there: ${JSON.stringify(name)}`);
    },
  );

  test('an unknown claim is no setting, and a claim is named by a text', () => {
    expect(faultsOf(withClaims.replace('roles: roles', 'role: roles'))).toContain(
      'claims.role is not a setting. Did you mean authentication.issuers[0].claims.roles?',
    );
    expect(faultsOf(withClaims.replace('roles: roles', 'roles: [roles]'))).toContain(
      'claims.roles must be string',
    );
  });
});

describe('a listener for operators', () => {
  const withAdmin = (admin: string, listen = '') => `${complete}${listen}admin: ${admin}\n`;

  test('is on loopback unless told, and is not there by default', () => {
    expect(parse(complete).admin).toBeUndefined();
    expect(parse(withAdmin('{ port: 9464 }')).admin).toEqual({ host: '127.0.0.1', port: 9464 });
    expect(parse(withAdmin('{ host: 0.0.0.0, port: 9464 }')).admin?.host).toBe('0.0.0.0');
    expect(faultsOf(withAdmin('{ host: 127.0.0.1 }'))).toContain('admin.port is missing');
  });

  const sameAddress = 'admin.port is the port of listen at the same address';
  test.each([
    ['{ port: 4000 }', ''],
    ['{ port: 4000, host: "::1" }', 'listen: { host: localhost }\n'],
    ['{ port: 80, host: 10.0.0.1 }', 'listen: { host: 10.0.0.1, port: 80 }\n'],
    ['{ port: 80 }', 'listen: { host: 0.0.0.0, port: 80 }\n'],
    ['{ port: 80, host: "::" }', 'listen: { host: 10.0.0.1, port: 80 }\n'],
  ])('%s is another one than that of clients: %s', (admin, listen) => {
    expect(faultsOf(withAdmin(admin, listen))).toContain(sameAddress);
  });

  test('may have the same port at another address, and each a free one', () => {
    const { admin } = parse(withAdmin('{ port: 80 }', 'listen: { host: 10.0.0.1, port: 80 }\n'));
    expect(admin).toEqual({ host: '127.0.0.1', port: 80 });
    expect(parse(withAdmin('{ port: 0 }', 'listen: { port: 0 }\n')).admin?.port).toBe(0);
  });
});

describe('zones', () => {
  const zoned = (text: string) => `${complete}zones: ${text}\n`;

  test('are networks by their name', () => {
    const zones = { corp: ['10.0.0.0/8', '::1'], vpn: ['2001:db8::/32'] };
    const config = parse(`${zoned(JSON.stringify(zones))}trustedHops: 2\n`);
    expect(config).toMatchObject({ zones, trustedHops: 2 });
  });

  test.each([
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '10.0.0.0/08',
    '::1/129',
    'fe80::1%eth0',
    'corp.example',
    ' ',
  ])('%j is no network', (network) => {
    expect(faultsOf(zoned(JSON.stringify({ corp: ['::1', network] })))).toContain(
      'line 12: zones.corp[1] is no address or network.',
    );
  });

  test('a network is in one of them, however it is written', () => {
    expect(faultsOf(zoned('{ corp: ["2001:db8::/32"], vpn: ["2001:DB8:0:0::/32"] }'))).toContain(
      'zones.vpn[0] stands in corp already',
    );
    expect(faultsOf(zoned('{ corp: ["10.0.0.0/8"], vpn: ["10.1.2.3/8"] }'))).toContain(
      'stands in corp already',
    );
    expect(parse(zoned('{ corp: ["10.0.0.0/8"], vpn: ["10.0.0.0/16", "11.0.0.0/8"] }')).zones).toBeDefined();
    expect(faultsOf(zoned('{ corp: ["10.0.0.1"], vpn: ["10.0.0.1/32"] }'))).toContain(
      'stands in corp already',
    );
  });

  test.each(['__proto__', 'a b', ''])('none is called %j', (name) => {
    expect(faultsOf(zoned(`{ ${JSON.stringify(name)}: [] }`))).toContain(
      'has a name that does not fit there',
    );
  });

  test.each(['-1', '17', '1.5', 'true', '"1"'])('%s proxies cannot be trusted', (hops) => {
    expect(faultsOf(`${complete}trustedHops: ${hops}\n`)).toContain('trustedHops must be');
  });
});

describe('modes', () => {
  test('of kinds of callers; null is the mode of that name, quoted or not', () => {
    expect(parse(`${complete}modes: { service: null, bi: "null", anonymous: hide }\n`).modes).toEqual({
      human: 'null',
      service: 'null',
      bi: 'null',
      anonymous: 'hide',
    });
  });

  test('are of three', () => {
    expect(faultsOf(`${complete}modes: { human: nul }\n`)).toContain(
      'modes.human is "nul". Write one of: null, refuse, hide.',
    );
    expect(faultsOf(`${complete}modes: { robot: hide }\n`)).toContain('modes.robot is not a setting');
  });
});

describe('files and folders of rules', () => {
  test('are found from where the configuration is', () => {
    const text = `${complete}policies: rules
measure: /srv/next
masks: { secret: keys/masks, createIfMissing: true }
audit: { file: audit.jsonl }
`;
    expect(parse(text)).toMatchObject({
      policies: '/etc/portcullis/rules',
      measure: '/srv/next',
      masks: { secret: '/etc/portcullis/keys/masks', createIfMissing: true },
      audit: { file: '/etc/portcullis/audit.jsonl' },
    });
  });

  test('a candidate is measured beside rules in force, and is not these', () => {
    expect(faultsOf(`${complete}measure: next\n`)).toContain(
      'measure has nothing that it could be compared with',
    );
    expect(faultsOf(`${complete}policies: rules\nmeasure: rules\n`)).toContain(
      'measure is the folder in force',
    );
    expect(faultsOf(`${complete}policies: rules\nmeasure: ./rules/\n`)).toContain(
      'measure is the folder in force',
    );
  });

  test('a key or a file of records has a path', () => {
    expect(faultsOf(`${complete}masks: { createIfMissing: true }\n`)).toContain('masks.secret is missing');
    expect(faultsOf(`${complete}audit: {}\n`)).toContain('audit.file is missing');
  });
});

describe('what subgraphs enforce', () => {
  const enforced = 'enforces: { live: [rows, columns] }\n';

  test('is said of those of a composed supergraph', () => {
    const text = complete.replace('supergraph.yaml', 'supergraph.graphql') + enforced;
    expect(parse(text).supergraph.enforces).toEqual({ live: ['rows', 'columns'] });
    expect(faultsOf(text.replace('rows', 'row'))).toContain(
      'enforces.live[0] is "row". Write one of: rows, groups',
    );
  });

  test('stands in supergraph.yaml otherwise', () => {
    expect(faultsOf(complete + enforced)).toContain('line 12: enforces is for a composed supergraph');
  });
});

describe('the documented schema', () => {
  const text = readFileSync(new URL('../../docs/gateway-config.schema.json', import.meta.url), 'utf8');

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
      admin,
      clientCertificates,
      cors,
      anonymous,
      zones,
      trustedHops,
      forwardHeaders,
      modes,
      createIfMissing,
      tells,
      bindBody,
      limits,
      streams,
      warmUp,
      overrides,
      deduplicate,
      explorer,
      login,
      log,
      issuer,
    } = defaults;
    expect(defaultsIn(schema.$defs.issuer)).toEqual({ ...issuer, claims: {} });
    expect(defaultsIn(schema)).toEqual({
      listen: { ...listen, tls: { clientCertificates } },
      admin,
      subgraphTls: {},
      cors,
      authentication: { anonymous, serviceTokens: {} },
      zones,
      trustedHops,
      forwardHeaders,
      modes,
      masks: { createIfMissing },
      audit: {},
      identity: { createIfMissing, tells, bindBody },
      limits,
      streams,
      warmUp,
      overrides,
      deduplicate,
      explorer: { ...explorer, personas: {}, login },
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
    authentication: { anonymous: 'allow', issuers: [], serviceTokens: undefined },
    identity: { signingKey: undefined },
  });
});

describe('G12 O10 no configuration shows more or refuses less', () => {
  const settings = [
    'debug: true',
    'dev: true',
    'devMode: true',
    'environment: development',
    'explain: true',
    'exposeQueryPlan: true',
    'dryRun: true',
    'warnOnly: true',
    'enforce: false',
    'open: true',
    'log: { level: debug, values: true }',
    'authentication.issuers[0].ignoreExpiry: true',
  ];

  test.each(settings)('%s is no setting, and nothing starts with it', (setting) => {
    const [path = '', value = ''] = setting.split(/: (.*)/);
    const inIssuer = path.startsWith('authentication');
    const text = inIssuer
      ? complete.replace('audience:', `ignoreExpiry: ${value}\n      audience:`)
      : `${complete}${setting}\n`;
    const named = path === 'log' ? 'log.values' : path;
    expect(faultsOf(text)).toContain(`${named} is not a setting`);
  });

  test('nor does the environment', () => {
    const loud = { NODE_ENV: 'development', DEBUG: '*', PORTCULLIS_OPEN: 'true', OPEN: '1', DRY_RUN: '1' };
    expect(parse(complete, loud)).toEqual(parse(complete));
  });

  test.each(['null', 'refuse', 'hide'])(
    'each mode refuses what is denied: %s, and no other is known',
    (mode) => {
      expect(parse(`${complete}modes: { human: ${mode} }\n`).modes.human).toBe(mode);
      for (const other of ['allow', 'warn', 'off', 'log'])
        expect(faultsOf(`${complete}modes: { human: ${other} }\n`)).toContain(`modes.human is "${other}`);
    },
  );
});
