/** What a caller says of its request, in a header or an extension: well-formed and once, or not at all. */
import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { ClientError } from '../errors.ts';
import { claimedBy } from './claimed.ts';

type Extensions = Readonly<Record<string, unknown>>;

function refusal(headers: IncomingHttpHeaders, extensions: Extensions = {}): string {
  try {
    claimedBy(headers, extensions);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    expect([error.code, error.httpStatus]).toEqual(['BAD_USER_INPUT', 400]);
    return error.message;
  }
  throw new Error('it was accepted');
}

test('nothing is said by most', () => {
  expect(claimedBy({}, {})).toEqual({ purpose: undefined, breakGlass: undefined });
});

test('a header and an extension say the same, also both at once', () => {
  const said = { purpose: 'fraud', breakGlass: 'Incident 7: down since 9 — ask Ann' };
  const headers = { purpose: said.purpose, 'break-glass': said.breakGlass };
  for (const way of [claimedBy(headers, {}), claimedBy({}, said), claimedBy(headers, said)])
    expect(way).toEqual(said);
});

test('a header and an extension that differ', () => {
  expect(refusal({ purpose: 'fraud' }, { purpose: 'marketing' })).toBe(
    'The header purpose and extensions.purpose differ. Send one of them.',
  );
  expect(refusal({ 'break-glass': 'a' }, { breakGlass: 'b' })).toContain('differ');
  // Not even by what is nothing.
  expect(refusal({ purpose: 'fraud' }, { purpose: null })).toContain('differ');
});

describe('a purpose', () => {
  test.each(['fraud, fraud', 'fraud, marketing', 'fraud,', ',', '', ' ', 'fräud', 'a\tb', 'x'.repeat(129)])(
    'of a header that is %j is refused: several headers come with commas',
    (purpose) => {
      expect(refusal({ purpose })).toBe('The header purpose is malformed. Send one name of a purpose.');
    },
  );

  test.each([[['fraud']], [{ purpose: 'fraud' }], [7], [true], [null], ['']])(
    'of an extension that is %j is refused',
    (purpose) => {
      expect(refusal({}, { purpose })).toBe('extensions.purpose is malformed. Send one name of a purpose.');
    },
  );

  test('is not inherited', () => {
    expect(claimedBy({}, Object.create({ purpose: 'fraud' }))).toEqual(claimedBy({}, {}));
  });
});

test.each(['', '   ', 'a\nb', 'a\u2028b', 'a\u0000', 'x'.repeat(257)])(
  'a reason to break the glass that is %j could forge a line of the log, or says nothing',
  (reason) => {
    expect(refusal({ 'break-glass': reason })).toContain(
      'Send the reason, a line of at most 256 characters.',
    );
  },
);
