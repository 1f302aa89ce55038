import { describe, expect, test } from '@jest/globals';
import { readEntries } from './entries.ts';
import { type Bearer, nothingRevoked, Revoked } from './revoked.ts';

const ann: Bearer = {
  issuer: 'https://one.example',
  subject: 'ann',
  clientId: 'bi',
  tokenId: 't1',
  issuedAt: 1_800_000_000,
};

function revoked(text: string): Revoked {
  return new Revoked(readEntries(text));
}

const isFree = (list: Revoked, more: Partial<Bearer> = {}) =>
  list.reasonAgainst({ ...ann, ...more }) === undefined;

test('nothing is revoked where nothing is said', () => {
  expect(isFree(nothingRevoked)).toBe(true);
  expect(nothingRevoked.products.size).toBe(0);
});

describe('is meant by exact equality', () => {
  const others = ['Ann', 'ann ', 'an', 'anna', 'a\u006e\u0303n', '', 'constructor', '__proto__'];

  test('a token, by issuer and jti', () => {
    const list = revoked('tokens: [{ issuer: "https://one.example", jti: t1, reason: leaked }]');
    expect(list.reasonAgainst(ann)).toBe('the token is revoked: leaked');
    for (const tokenId of ['t', 't11', 'T1', 'toString', undefined])
      expect(isFree(list, { tokenId })).toBe(true);
    expect(isFree(list, { issuer: 'https://two.example' })).toBe(true);
  });

  test('a principal, by issuer and subject: the same subject of another issuer is somebody else', () => {
    const list = revoked('principals: [{ issuer: "https://one.example", subject: ann }]');
    expect(list.reasonAgainst(ann)).toBe('the principal is revoked');
    for (const subject of others) expect(isFree(list, { subject })).toBe(true);
    for (const issuer of [
      'https://two.example',
      'https://one.example/',
      'HTTPS://one.example',
      'constructor',
    ])
      expect(isFree(list, { issuer })).toBe(true);
  });

  test('a pair is no text that two pairs could share', () => {
    const list = revoked('principals: [{ issuer: "a b", subject: c }, { issuer: a, subject: "x" }]');
    expect(isFree(list, { issuer: 'a', subject: 'b c' })).toBe(true);
    expect(isFree(list, { issuer: 'a b', subject: 'x' })).toBe(true);
    expect(isFree(list, { issuer: 'a', subject: 'x' })).toBe(false);
  });

  test('a client, of any issuer or of one', () => {
    const ofAny = revoked('clients: [{ client: bi }]');
    expect(isFree(ofAny)).toBe(false);
    expect(isFree(ofAny, { issuer: 'https://two.example' })).toBe(false);
    for (const clientId of ['b', 'BI', 'hasOwnProperty', undefined])
      expect(isFree(ofAny, { clientId })).toBe(true);
    const ofOne = revoked('clients: [{ client: bi, issuer: "https://one.example" }]');
    expect(isFree(ofOne)).toBe(false);
    expect(isFree(ofOne, { issuer: 'https://two.example' })).toBe(true);
  });

  test('an issuer', () => {
    const list = revoked('issuers: [{ issuer: "https://one.example" }]');
    expect(isFree(list, { subject: 'anybody', clientId: undefined, tokenId: undefined })).toBe(false);
    expect(isFree(list, { issuer: 'https://one.example.evil' })).toBe(true);
  });

  test('a product', () => {
    const { products } = revoked('products: [{ product: music }]');
    expect(['music', 'Music', 'constructor'].map((name) => products.has(name))).toEqual([true, false, false]);
  });
});

describe('before', () => {
  const list = revoked(
    'principals: [{ issuer: "https://one.example", subject: ann, before: "2027-01-15T08:00:00.500Z" }]',
  );

  test('whoever logs in again is in', () => {
    expect(list.reasonAgainst(ann)).toBe(
      'the principal is revoked for tokens from before 2027-01-15T08:00:00.500Z',
    );
    expect(isFree(list, { issuedAt: ann.issuedAt - 1 })).toBe(false);
    expect(isFree(list, { issuedAt: ann.issuedAt + 1 })).toBe(true);
  });

  test.each(['$1, $2', '$2, $1'])(
    'of two entries about the same, the one that shuts out most counts: %s',
    (order) => {
      const bounded = '{ issuer: "https://one.example", before: "2020-01-01T00:00:00Z" }';
      const entries = order.replace('$1', bounded).replace('$2', '{ issuer: "https://one.example" }');
      expect(isFree(revoked(`issuers: [${entries}]`))).toBe(false);
    },
  );
});

test('of several withdrawals of keys, the last one counts', () => {
  const { keys } = revoked(
    'keys: [{ issuer: a, at: "2026-11-29T12:00:00Z" }, { issuer: a, at: "2026-11-29T12:30:00+02:00" }]',
  );
  expect([...keys]).toEqual([['a', '2026-11-29T12:00:00Z']]);
});
