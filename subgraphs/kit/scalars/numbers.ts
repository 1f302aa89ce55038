/** The canonical texts of exact numbers: int64 and PostgreSQL's numeric. */
import { Inexact } from './exact.ts';

const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const PLAIN = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/;

/** 2^63 has 19 digits; longer texts are refused before BigInt reads them (its time grows with the square). */
const INT64_TEXT = 20;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Limits of PostgreSQL's numeric (PostgreSQL documentation, "Numeric Types"). */
const NUMERIC_INTEGER_DIGITS = 131_072;
const NUMERIC_FRACTION_DIGITS = 16_383;

/** Canonical text of a 64-bit integer. */
export function canonicalLong(text: string): string {
  if (!INTEGER.test(text))
    throw new Inexact('must be an integer in decimal digits, such as "9007199254740993"');
  if (text.length > INT64_TEXT) throw new Inexact('must lie between -2^63 and 2^63-1');
  const value = BigInt(text);
  if (value < INT64_MIN || value > INT64_MAX) throw new Inexact('must lie between -2^63 and 2^63-1');
  return String(value);
}

/** Canonical text of a decimal; the scale is part of the value and stays as it came ("1.50" is not "1.5"). */
export function canonicalDecimal(text: string): string {
  const match = PLAIN.exec(text);
  if (match === null) throw new Inexact('must be in plain decimal notation, such as "-12.50"');
  const [, sign = '', whole = '', fraction = ''] = match;
  if (whole.length > NUMERIC_INTEGER_DIGITS || fraction.length > NUMERIC_FRACTION_DIGITS) {
    throw new Inexact(
      `takes at most ${NUMERIC_INTEGER_DIGITS} digits before and ${NUMERIC_FRACTION_DIGITS} after the point`,
    );
  }
  const digits = fraction === '' ? whole : `${whole}.${fraction}`;
  // PostgreSQL's numeric has no negative zero.
  return sign === '-' && /[1-9]/.test(digits) ? `-${digits}` : digits;
}
