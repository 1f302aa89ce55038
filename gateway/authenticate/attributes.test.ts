/** What tokens may say of their holders: of its type, exactly, or the token does not count. */
import { describe, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { principalOf } from './claims.ts';
import { trustedIssuer } from './fixture.ts';
import type { ClaimNames } from './issuer.ts';
import { TokenRefusal } from './refusal.ts';

const now = 1_800_000_000;
const names: ClaimNames = {
  kind: 'kind',
  roles: 'roles',
  teams: 'https://example.com/teams',
  purposes: 'purposes',
  purpose: 'purpose',
  breakGlass: 'break_glass',
  attributes: { clearance: 'clearance', region: 'region_claim', markets: 'markets' },
};

function principal(claims: JWTPayload, claimNames: ClaimNames = names) {
  const issuer = trustedIssuer('https://one.example', 'https://one.example/jwks', { claims: claimNames });
  const required = { aud: 'portcullis', sub: 'ann', iat: now, exp: now + 60 };
  return principalOf({ ...required, ...claims }, issuer, now, () => true);
}

function reason(claims: JWTPayload, claimNames?: ClaimNames): string {
  try {
    principal(claims, claimNames);
  } catch (error) {
    if (error instanceof TokenRefusal) return error.message;
    throw error;
  }
  throw new Error('the token was accepted');
}

test('each is taken from its claim', () => {
  const found = principal({
    kind: 'bi',
    roles: ['analyst', 'Domain Admins'],
    'https://example.com/teams': ['live'],
    purposes: ['fraud', 'marketing'],
    purpose: 'fraud',
    break_glass: true,
    clearance: 2,
    region_claim: 'EMEA',
    markets: ['DE', 'FR'],
    region: 'APAC',
  });
  expect(found).toMatchObject({
    kind: 'bi',
    roles: new Set(['analyst', 'Domain Admins']),
    teams: new Set(['live']),
    purposes: new Set(['fraud', 'marketing']),
    purpose: 'fraud',
    mayBreakGlass: true,
    attributes: new Map<string, unknown>([
      ['clearance', 2],
      ['region', 'EMEA'],
      ['markets', ['DE', 'FR']],
    ]),
  });
});

test('what no entry names is not read, whatever the token calls it', () => {
  const nothing = { ...names, kind: undefined, roles: undefined, breakGlass: undefined, attributes: {} };
  const claims = { kind: 'bi', roles: ['admin'], break_glass: true, clearance: 9 };
  expect(principal(claims, nothing)).toMatchObject({
    kind: 'human',
    roles: new Set(),
    mayBreakGlass: false,
    attributes: new Map(),
  });
});

test('what is absent has its default, and the purpose of the token is granted with it', () => {
  expect(principal({})).toMatchObject({
    kind: 'human',
    roles: new Set(),
    teams: new Set(),
    purposes: new Set(),
    purpose: undefined,
    mayBreakGlass: false,
    attributes: new Map(),
  });
  expect(principal({ purpose: 'fraud' })).toMatchObject({ purpose: 'fraud', purposes: new Set(['fraud']) });
});

describe('a token is refused with', () => {
  test.each([['Human'], ['anonymous'], ['admin'], [''], [null], [['human']], [1], [{ kind: 'human' }]])(
    'the kind %j',
    (kind) => expect(reason({ kind })).toBe('the kind is none of human, service and bi'),
  );

  test.each([
    ['admin'],
    ['admin user'],
    [null],
    [[1]],
    [['a', null]],
    [{ 0: 'admin' }],
    [['']],
    [['a\nb']],
    [[['a']]],
  ])('the roles, teams or purposes %j', (list) => {
    expect(reason({ roles: list })).toBe('the roles are no list of plain texts');
    expect(reason({ 'https://example.com/teams': list })).toBe('the teams are no list of plain texts');
    expect(reason({ purposes: list })).toBe('the purposes are no list of plain texts');
  });

  test.each([[null], [['fraud']], [''], [7], ['a\u2028b']])('the purpose %j', (purpose) => {
    expect(reason({ purpose })).toBe('the purpose is missing or no plain text');
  });

  test('a purpose that is not among its purposes', () => {
    expect(reason({ purpose: 'fraud', purposes: ['marketing'] })).toBe(
      'the purpose is not one of the purposes',
    );
    expect(reason({ purpose: 'fraud', purposes: [] })).toBe('the purpose is not one of the purposes');
  });

  test.each([['true'], [1], [null], [[true]], [{}]])('%j for whether the glass may be broken', (value) => {
    expect(reason({ break_glass: value })).toContain('no true or false');
  });

  test.each([[null], [true], [1.5], [2 ** 53], [{ level: 2 }], [[1]], [['a', 2]], [''], ['x'.repeat(513)]])(
    'the attribute %j',
    (clearance) => expect(reason({ clearance })).toMatch(/^an attribute is no plain text/),
  );
});

test('claims and attributes with names that every object has', () => {
  const odd: ClaimNames = {
    ...names,
    roles: 'constructor',
    breakGlass: '__proto__',
    attributes: { toString: 'valueOf', hasOwnProperty: 'hasOwnProperty' },
  };
  expect(principal({}, odd)).toMatchObject({ roles: new Set(), mayBreakGlass: false, attributes: new Map() });
  const claims = JSON.parse(
    '{ "constructor": ["a"], "__proto__": true, "valueOf": "v", "hasOwnProperty": 1 }',
  );
  const own = principalOf(
    Object.assign(Object.create(null), { aud: 'portcullis', sub: 'ann', iat: now, exp: now + 60 }, claims),
    trustedIssuer('https://one.example', 'https://one.example/jwks', { claims: odd }),
    now,
    () => true,
  );
  expect(own.roles).toEqual(new Set(['a']));
  expect(own.attributes).toEqual(
    new Map<string, unknown>([
      ['toString', 'v'],
      ['hasOwnProperty', 1],
    ]),
  );
});
