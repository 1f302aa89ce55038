/** The scalars of a data product: exact from the variable to the column and back. */
import { canonicalDate, canonicalDateTime } from './calendar.ts';
import { exactScalar } from './exact.ts';
import { canonicalDecimal, canonicalLong } from './numbers.ts';

/** 64-bit integer; a JSON string on the wire, because JSON numbers are exact to 2^53 only. */
export const LongScalar = exactScalar({
  name: 'Long',
  urn: 'urn:portcullis:scalar:long',
  description: 'A 64-bit integer. JSON: a string; as input also an integer.',
  canonical: canonicalLong,
  integers: true,
});

/** Decimal number of PostgreSQL's precision; a JSON string in plain notation. */
export const DecimalScalar = exactScalar({
  name: 'Decimal',
  urn: 'urn:portcullis:scalar:decimal',
  description: 'An exact decimal number. JSON: a string in plain notation; as input also an integer.',
  canonical: canonicalDecimal,
  integers: true,
});

/** Instant; RFC 3339 in any offset in, in UTC with `Z` out. */
export const DateTimeScalar = exactScalar({
  name: 'DateTime',
  urn: 'urn:portcullis:scalar:datetime',
  description: 'An instant, RFC 3339, to the microsecond. Always answered in UTC with `Z`.',
  canonical: canonicalDateTime,
  integers: false,
});

/** Calendar date without a time. */
export const DateScalar = exactScalar({
  name: 'Date',
  urn: 'urn:portcullis:scalar:date',
  description: 'A calendar date, `YYYY-MM-DD`.',
  canonical: canonicalDate,
  integers: false,
});

/** The four by their name in the SDL. */
export const SCALARS = {
  Long: LongScalar,
  Decimal: DecimalScalar,
  DateTime: DateTimeScalar,
  Date: DateScalar,
} as const;
