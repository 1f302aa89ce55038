/** Values that claims and parameters of headers have had in attacks, as they are written in JSON. */

const text = (value: string) => JSON.stringify(value);

/** For any name. */
export const odd: readonly string[] = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1',
  '1.5',
  '1e400',
  '-1e400',
  '1E3',
  '9007199254740993',
  '18446744073709551616',
  '[]',
  '[[]]',
  '[null]',
  '{}',
  '{"length":1}',
  '{"toString":null}',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{}}}',
  `${'['.repeat(99)}${']'.repeat(99)}`,
  `${'['.repeat(150)}${']'.repeat(150)}`,
  ...[
    '',
    ' ',
    'NaN',
    'Infinity',
    'undefined',
    '9999999999',
    '0x7fffffff',
    '*',
    '__proto__',
    'constructor',
    'a\u0000b',
    'a\r\nx-roles: admin',
    'a\u2028b',
    'a\u0085b',
    '\ufeff',
    '\u202eann',
    'ａｎｎ',
    'x'.repeat(513),
    'x'.repeat(3_000),
    "' or 1=1 --",
    '../../dev/null',
    'https://evil.example/',
  ].map(text),
  '"\\ud800"',
  '"\\u0000"',
];

export interface Known {
  /** Of the issuer, the key and the audience that count here, and of others. */
  readonly issuers: readonly string[];
  readonly kids: readonly string[];
  readonly audience: string;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Keys as they are published, and one that nobody knows. */
  readonly jwks: readonly object[];
}

/** Values that are nearly right, by name. */
export function nearlyRight({
  issuers,
  kids,
  audience,
  now,
  jwks,
}: Known): ReadonlyMap<string, readonly string[]> {
  const times = [-3_700, -600, -60, 60, 600, 3_500, 3_700, 1e9].map((offset) => String(now + offset));
  const spellings = times.flatMap((each) => [
    each,
    `${each}.0`,
    `${each}.5`,
    `"${each}"`,
    `[${each}]`,
    `${each}e0`,
  ]);
  const names = [
    '["analyst"]',
    '["analyst","analyst"]',
    '"analyst"',
    '["a","b"]',
    '[["analyst"]]',
    '["analyst",1]',
    '{"0":"analyst"}',
  ];
  const audiences = [
    text(audience),
    `[${text(audience)}]`,
    `["other",${text(audience)}]`,
    `[${text(audience)},1]`,
    `[[${text(audience)}]]`,
    text(`${audience} `),
    text(audience.toUpperCase()),
    text(`not-${audience}-at-all`),
    `{${text(audience)}:true}`,
    '"other"',
  ];
  const keys = jwks.map((jwk) => JSON.stringify(jwk));
  return new Map(
    Object.entries({
      alg: [
        ...[
          'none',
          'None',
          'NONE',
          'nOnE',
          'HS256',
          'HS384',
          'HS512',
          'ES256',
          'es256',
          'ES384',
          'ES512',
          'ES256K',
        ],
        ...[
          'RS256',
          'RS512',
          'PS256',
          'EdDSA',
          'Ed25519',
          'RSA1_5',
          'dir',
          'A128KW',
          'PBES2-HS256+A128KW',
          '',
        ],
      ]
        .map(text)
        .concat('["ES256"]', 'null'),
      typ: [
        ...[
          'at+jwt',
          'AT+JWT',
          'application/at+jwt',
          'Application/AT+JWT',
          'JWT',
          'id+jwt',
          'rt+jwt',
          'at+jwtx',
        ],
        ...[
          'txntoken+jwt',
          'TXNTOKEN+JWT',
          'application/txntoken+jwt',
          ' at+jwt',
          'at+jwt ',
          '/at+jwt',
          'a/at+jwt',
        ],
      ].map(text),
      kid: [
        ...kids.map(text),
        ...kids.map((kid) => text(kid.toUpperCase())),
        '["k1"]',
        '"k1 "',
        '"k"',
        text('x'.repeat(257)),
      ],
      crit: ['[]', '["exp"]', '["b64"]', '["x"]', 'null', 'false', '"b64"'],
      b64: ['true', 'false', 'null'],
      jwk: keys,
      jku: ['"https://evil.example/jwks"', '"file:///etc/passwd"', '"http://169.254.169.254/"'],
      x5u: ['"https://evil.example/x5u"'],
      x5c: ['["MIIB"]', '[]', '"MIIB"'],
      cty: ['"JWT"', '"at+jwt"'],
      zip: ['"DEF"'],
      enc: ['"A128GCM"'],
      p2c: ['2147483648'],
      iss: [
        ...issuers.map(text),
        ...issuers.map((issuer) => `[${text(issuer)}]`),
        ...issuers.map((each) => text(`${each}/`)),
      ],
      sub: ['"bob"', '"ann"', '["ann"]', '"ANN"', '"ann "', '"https://two.example|ann"'],
      aud: audiences,
      exp: spellings,
      iat: spellings,
      nbf: spellings,
      jti: ['"t1"', '1', '["t1"]'],
      client_id: ['"bi"', '"other"', 'null', '["bi"]'],
      azp: ['"bi"', '"other"', 'null', '["bi"]'],
      scope: [
        '"a b"',
        '"a  b"',
        '" a"',
        '"a\\tb"',
        '"a\\u00a0b"',
        '["a","b"]',
        '["a b"]',
        '"*"',
        '"a\\"b"',
        '{"a":true}',
      ],
      scopes: ['"admin"'],
      roles: names,
      teams: names,
      purposes: ['["support"]', '["support","research"]', '"support"', '["nothing"]', '[]'],
      purpose: ['"support"', '"research"', '["support"]', '"nothing"'],
      break_glass: ['true', 'false', '"true"', '1'],
      region: ['"EMEA"', '["EMEA"]', '"MOON"', '7', '1.5', '{"a":1}'],
      tenant: ['7', '"7"', '["7"]', '[7]'],
      req_wl: ['"bi"', '["bi"]'],
      txn: ['"r1"', '["r1"]'],
      tctx: [
        '{}',
        '{"snapshot":"s"}',
        '{"snapshot":"s","purpose":"none"}',
        '[{}]',
        '{"snapshot":"s","purpose":"none","obligations":{"rows":null}}',
        '{"snapshot":"s","purpose":"none","obligations":{"__proto__":{}}}',
        '{"snapshot":["s"],"purpose":"none","obligations":{}}',
        '{"snapshot":"s","purpose":"none","obligations":{},"caller":{"kind":"human"}}',
        '{"snapshot":"s","purpose":"none","obligations":{}}',
      ],
      rctx: ['{}', '{"client":null}', '{"client":"bi"}', '{"client":1}', '[]'],
    }),
  );
}
