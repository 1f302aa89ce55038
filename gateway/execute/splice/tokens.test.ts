import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromBytes, Tokens, toBytes } from './tokens.ts';
import { isUnexpected } from './unexpected.ts';

/** The text in its one form; undefined: it was bailed out of, or something was left. */
function read(text: string): string | undefined {
  try {
    const tokens = new Tokens(Buffer.from(text));
    tokens.any();
    if (tokens.rest() !== '') return undefined;
    return fromBytes(tokens.replacement ?? tokens.slice(0));
  } catch (thrown) {
    if (isUnexpected(thrown)) return undefined;
    throw thrown;
  }
}

function parsed(text: string): { readonly text: string } | undefined {
  try {
    return { text: JSON.stringify(JSON.parse(text)) };
  } catch {
    return undefined;
  }
}

/** Near to JSON: valid, spoilt in one place, or made of its characters. */
const texts = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 1 })).map(([text, at, other]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + other + text.slice(place + 1);
  }),
  fc.string({ unit: fc.constantFrom(...'[]{}",:\\u0019.-+eEtrufalsn é\u2028'.split('')), maxLength: 14 }),
  fc.constantFrom(
    '1e400',
    '-0',
    '0.10',
    '1E5',
    '"\\u00e9"',
    '"\\/"',
    '"\\ud800"',
    '{"a":1,"a":2}',
    '{"__proto__":1}',
  ),
);

describe('tokens', () => {
  it('are taken if JSON.parse takes them, in the form that JSON.stringify writes', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const own = read(text);
        if (own !== undefined) expect(own).toBe(parsed(text)?.text);
      }),
      { numRuns: 20_000 },
    );
  });

  it('are all taken that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        expect(read(text)).toBe(parsed(text)?.text);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    '',
    '01',
    '1.',
    '-',
    '.5',
    '+1',
    '1e',
    '"a',
    '"\\',
    '"\\x"',
    '"\u0001"',
    'nul',
    'truE',
    '[1,]',
    '{"a"}',
    '[',
    '\ufeff1',
  ])('are not taken: %j', (text) => expect(read(text)).toBeUndefined());

  it('are not taken of bytes that are no UTF-8, nor of what nests too deep', () => {
    expect(() => new Tokens(Buffer.from([0x22, 0xff, 0x22]))).toThrow();
    expect(read('['.repeat(200) + ']'.repeat(200))).toBeUndefined();
    expect(toBytes(fromBytes(toBytes('é\u2028😀')))).toBe(toBytes('é\u2028😀'));
  });
});
