import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { JsonError, parseJson } from './parse-json.ts';

function refusal(text: string): string {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) return error.message;
    throw error;
  }
  throw new Error('the text was accepted');
}

test('reads every JSON value as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const text = JSON.stringify(value);
      expect(parseJson(text)).toEqual(JSON.parse(text));
    }),
  );
});

describe('refuses a member that is named twice (K06, D20)', () => {
  const twice = [
    '{"query":"{a}","query":"{b}"}',
    '{"variables":{"a":[{"b":1,"b":2}]}}',
    '{"a":1,"\\u0061":2}',
    '{"__proto__":1,"__proto__":2}',
    '{"":1,"":1}',
  ];
  for (const text of twice) {
    test(text, () => {
      expect(refusal(text)).toBe('names a member of an object twice');
    });
  }
});

test('colons, quotes and backslashes inside strings are no members', () => {
  expect(parseJson('{"a:b":"c:\\"d\\":e\\\\","f":[":"]}')).toEqual({ 'a:b': 'c:"d":e\\', f: [':'] });
});

test('a member named __proto__ stays a member of its own and changes no prototype (M)', () => {
  const value = parseJson('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}');
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.hasOwn(value as object, '__proto__')).toBe(true);
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
});

test('refuses a hundred thousand levels without a crash', () => {
  expect(refusal('['.repeat(100_000) + ']'.repeat(100_000))).toBe('nests deeper than 100 levels');
});

test('a malformed text is refused with a place, never with a quotation', () => {
  expect(refusal('{"email":"ann@example.org",}')).toMatch(/^is not valid JSON at character \d+$/);
  expect(refusal('secret')).toBe('is not valid JSON');
  expect(refusal('')).toBe('is not valid JSON');
});
