import { describe, expect, it } from '@jest/globals';
import { hashOf } from './token.ts';
import { parseTokenFile, printTokenFile, type ServicePrincipal } from './token-file.ts';

const now = Date.parse('2026-06-01T00:00:00Z') / 1000;
const day = 86_400;
const hash = hashOf('x').toString('base64url');

const dashboard: ServicePrincipal = {
  kind: 'bi',
  roles: ['analyst'],
  teams: [],
  scopes: ['catalog:read'],
  purposes: ['research'],
  attributes: { clearance: 2, region: 'EMEA', markets: ['DK'] },
  products: ['music'],
  tokens: [
    { id: 'abcdef012345', hash, created: now - day, expires: now + day },
    { id: 'bbcdef012345', hash, created: now - day, expires: now + 2 * day },
    { id: 'cbcdef012345', hash, created: now - day, expires: now },
  ],
};
const whole = { ...dashboard, products: undefined, tokens: [] };
function changed(
  change: (file: Record<string, unknown>, principal: Record<string, unknown>) => void,
): string {
  const file = JSON.parse(printTokenFile(new Map([['dashboard', dashboard]])));
  change(file, file.principals.dashboard);
  return JSON.stringify(file);
}

describe('a file of service tokens', () => {
  it('is read as it was written, and written in one form', () => {
    const principals = new Map([
      ['sales', whole],
      ['dashboard', dashboard],
    ]);
    const written = printTokenFile(principals);
    expect(parseTokenFile(written, now)).toEqual(principals);
    expect(printTokenFile(new Map([...principals].reverse()))).toBe(written);
    expect(written).not.toContain('"products": null');
  });

  it('may be limited to no product at all, which is not the same as to none in particular', () => {
    const [limited] = parseTokenFile(
      changed((_, principal) => (principal['products'] = [])),
      now,
    ).values();
    expect(limited?.products).toEqual([]);
  });

  const token = {
    id: 'dbcdef012345',
    hash,
    created: '2026-01-01T00:00:00Z',
    expires: '2027-01-01T00:00:00Z',
  };
  const withToken = (more: object) =>
    changed((_, principal) => (principal['tokens'] = [{ ...token, ...more }]));

  it.each<[string, string, string]>([
    ['is no JSON', '{', 'the file is not valid JSON'],
    ['names a member twice', '{"version":1,"version":1,"principals":{}}', 'twice'],
    ['is of another version', changed((file) => (file['version'] = 2)), '`version` has to be 1'],
    ['has an unknown member', changed((file) => (file['principal'] = {})), 'unknown member `principal`'],
    ['is empty', '{}', 'has no `version`'],
    ['is a list', '[]', 'has to be an object'],
    [
      'has a principal of no name',
      changed((file) => (file['principals'] = { 'a b': {} })),
      '"a b" is no name',
    ],
    ['has a principal of no kind', changed((_, one) => (one['kind'] = 'human')), '`dashboard.kind`'],
    ['lacks rights', changed((_, one) => delete one['roles']), 'has no `roles`'],
    ['says more of a principal', changed((_, one) => (one['mayBreakGlass'] = true)), 'unknown member'],
    ['has roles as a text', changed((_, one) => (one['roles'] = 'admin')), '`dashboard.roles`'],
    ['has a role twice', changed((_, one) => (one['roles'] = ['a', 'a'])), '`dashboard.roles`'],
    ['has a null for products', changed((_, one) => (one['products'] = null)), '`dashboard.products`'],
    ['has two scopes in one', changed((_, one) => (one['scopes'] = ['a b'])), 'is no scope'],
    ['has an attribute of no type', changed((_, one) => (one['attributes'] = { a: null })), 'attributes.a'],
    ['has a text of control characters', changed((_, one) => (one['teams'] = ['a\n'])), '`dashboard.teams`'],
    ['has a token with a bad id', withToken({ id: 'ABC' }), '`id`'],
    ['has a token with a short hash', withToken({ hash: 'abcd' }), 'no SHA-256'],
    ['has a token with a hash of another form', withToken({ hash: `${hash}=` }), 'no base64url'],
    ['has a token with its secret', withToken({ secret: 'x' }), 'unknown member `secret`'],
    ['has a token without an end', withToken({ expires: null }), 'a time'],
    ['has a token that ends on no day', withToken({ expires: '2026-02-30T00:00:00Z' }), 'a time'],
    ['has a token with a local time', withToken({ expires: '2026-02-03T00:00:00+02:00' }), 'a time'],
  ])('that %s is refused', (_, written, message) => {
    expect(() => parseTokenFile(written, now)).toThrow(message);
    expect(() => parseTokenFile(written, now)).not.toThrow(hash);
  });

  it('has each id once, and two tokens of a principal that have not expired', () => {
    const twice = new Map([
      ['a', { ...dashboard, tokens: dashboard.tokens.slice(0, 1) }],
      ['b', { ...dashboard, tokens: dashboard.tokens.slice(0, 1) }],
    ]);
    expect(() => parseTokenFile(printTokenFile(twice), now)).toThrow(
      'the token abcdef012345 stands there twice',
    );
    const three = printTokenFile(new Map([['dashboard', dashboard]]));
    expect(() => parseTokenFile(three, now - 1)).toThrow('more than 2 tokens that have not expired');
  });

  it('can have principals of any name', () => {
    const names = ['constructor', 'hasOwnProperty', 'toString', 'then', 'length'];
    const principals = new Map(names.map((name) => [name, whole]));
    expect([...parseTokenFile(printTokenFile(principals), now).keys()].sort()).toEqual(names.sort());
    const hidden = '{"version":1,"principals":{"__proto__":{}}}';
    expect(() => parseTokenFile(hidden, now)).toThrow('"__proto__" is no name');
  });
});
