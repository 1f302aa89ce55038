import { describe, expect, test } from '@jest/globals';
import { instantOf, RevocationsFault, readEntries } from './entries.ts';

const none = { tokens: [], principals: [], clients: [], issuers: [], products: [], keys: [] };

test('lists that are not there are empty', () => {
  expect(readEntries('tokens: []')).toEqual(none);
  expect(readEntries('products: [{ product: music }]')).toEqual({
    ...none,
    products: [{ product: 'music' }],
  });
});

test('JSON is read too', () => {
  const entry = { issuer: 'https://one.example', subject: 'ann', before: '2026-11-29T12:00:00.5+01:00' };
  expect(readEntries(JSON.stringify({ principals: [entry] }))).toEqual({ ...none, principals: [entry] });
});

describe('a file is taken as a whole or not at all', () => {
  test.each([
    ['nothing', '', 'the file holds no lists. A list with nothing in it is the line `tokens: []`'],
    ['what was cut off', '{"tokens": [{"issuer": "a", "jti": "b"}', 'line 1: '],
    ['no lists', '- a', 'the file holds no lists'],
    ['another list', 'tokens: []\nusers: []', 'line 2: users is no list. Take one of: tokens, principals,'],
    ['no list', 'tokens: {}', 'line 1: tokens is not a list of entries'],
    ['a list twice', 'tokens: []\ntokens: []', 'line 2: Map keys must be unique'],
    ['no entry', 'issuers:\n  - https://one.example', 'line 2: issuers[0] has no issuer'],
    ['half an entry', 'principals:\n  - { issuer: a }', 'line 2: principals[0] has no subject'],
    [
      'a slip of the pen',
      'principals:\n  - { issuer: a, subject: b, befor: now }',
      'line 2: principals[0].befor is nothing that can be said here. Take one of: issuer, subject, before, reason, at.',
    ],
    [
      'a number',
      'tokens: [{ issuer: a, jti: 7 }]',
      'line 1: tokens[0].jti is no text of 1 to 512 characters',
    ],
    ['an empty name', 'products: [{ product: "" }]', 'line 1: products[0].product is no text'],
    ['a prototype', '{"issuers": [{"__proto__": {"issuer": "a"}}]}', 'issuers[0] has no issuer'],
    ['a name of a prototype', '{"constructor": []}', 'constructor is no list'],
    ['a day', 'issuers: [{ issuer: a, before: 2026-11-29 }]', 'issuers[0].before is no instant'],
    ['no zone', 'issuers: [{ issuer: a, before: "2026-11-29T12:00:00" }]', 'issuers[0].before is no instant'],
    ['keys without a moment', 'keys: [{ issuer: a }]', 'line 1: keys[0] has no at'],
    [
      'an end for one token',
      'tokens: [{ issuer: a, jti: b, before: x }]',
      'tokens[0].before is nothing that',
    ],
    ['a tag', 'tokens: !!set {}\nissuers: !wild []', 'line 2: Unresolved tag'],
    ['two documents', 'tokens: []\n---\ntokens: []', 'multiple documents'],
    ['too much', `tokens: [] # ${'x'.repeat(1_048_576)}`, 'it has more than 1048576 characters'],
    ['too much YAML', `tokens: [] # ${'x'.repeat(131_072)}`, 'it has more than 131072 characters, as YAML'],
    ['a member twice in JSON', '{"tokens": [],\n"tokens": []}', 'line 2: Map keys must be unique'],
    ['a fault in JSON', '{"tokens": [\n{"issuer": "a"}]}', 'line 2: tokens[0] has no jti'],
  ])('%s', (_, text, message) => {
    expect(() => readEntries(text)).toThrow(RevocationsFault);
    expect(() => readEntries(text)).toThrow(message);
  });

  test('everything that is wrong is told at once', () => {
    expect(() => readEntries('users: []\nkeys: [{ issuer: a }]')).toThrow(
      /users is no list.*\n.*keys\[0\] has no at/,
    );
  });
});

test('an instant says in which zone it is', () => {
  expect(instantOf('1970-01-01T01:00:01+01:00')).toBe(1000);
  expect(instantOf('2026-13-01T00:00:00Z')).toBeUndefined();
  expect(instantOf('now')).toBeUndefined();
});
