/** Exactness of the scalars: what goes in comes out, what cannot be exact is refused. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type GraphQLScalarType, Kind, parseValue, valueFromAST } from 'graphql';
import { DateScalar, DateTimeScalar, DecimalScalar, LongScalar, SCALARS } from './scalars.ts';

type Exact = GraphQLScalarType<string, string>;
const literal = (scalar: Exact, text: string) => scalar.parseLiteral(parseValue(text), null);

const CASES: readonly [Exact, unknown, string][] = [
  [LongScalar, '9007199254740993', '9007199254740993'],
  [LongScalar, '9223372036854775807', '9223372036854775807'],
  [LongScalar, '-9223372036854775808', '-9223372036854775808'],
  [LongScalar, 9007199254740991, '9007199254740991'],
  [LongScalar, '-0', '0'],
  [LongScalar, 0, '0'],
  [LongScalar, -0, '0'],
  [DecimalScalar, '12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
  [DecimalScalar, '0.00000000000000000000000000000000000001', '0.00000000000000000000000000000000000001'],
  [DecimalScalar, '1.50', '1.50'],
  [DecimalScalar, '-0.00', '0.00'],
  [DecimalScalar, '-0.10', '-0.10'],
  [DecimalScalar, 7, '7'],
  [DateTimeScalar, '2026-03-29T01:30:00Z', '2026-03-29T01:30:00Z'],
  [DateTimeScalar, '2026-03-29t03:30:00.120000+02:00', '2026-03-29T01:30:00.12Z'],
  [DateTimeScalar, '2026-01-01T00:30:00+05:45', '2025-12-31T18:45:00Z'],
  [DateTimeScalar, '2024-02-29T23:59:59.999999-00:01', '2024-03-01T00:00:59.999999Z'],
  [DateTimeScalar, '0042-01-01T00:00:00Z', '0042-01-01T00:00:00Z'],
  [DateTimeScalar, '2026-01-01T00:00:00.000000000Z', '2026-01-01T00:00:00Z'],
  [DateScalar, '2024-02-29', '2024-02-29'],
  [DateScalar, '0001-01-01', '0001-01-01'],
];

const REFUSED: readonly [Exact, unknown][] = [
  ...['', ' 1', '1 ', '+1', '01', '1.0', '1e3', '0x10', '9223372036854775808', '-9223372036854775809'].map(
    (text): [Exact, unknown] => [LongScalar, text],
  ),
  ...[9007199254740992, 1.5, Number.NaN, true, null, {}, ['1']].map((value): [Exact, unknown] => [
    LongScalar,
    value,
  ]),
  ...[
    '',
    '.5',
    '1.',
    '1e3',
    'NaN',
    'Infinity',
    '--1',
    '1,5',
    '1_000',
    `1.${'0'.repeat(16_384)}`,
    1.5,
    false,
  ].map((value): [Exact, unknown] => [DecimalScalar, value]),
  ...['2026-03-29', '2026-03-29T01:30:00', '2026-03-29 01:30:00Z', '2026-02-29T00:00:00Z', 'infinity'].map(
    (text): [Exact, unknown] => [DateTimeScalar, text],
  ),
  ...[
    '2026-03-29T24:00:00Z',
    '2026-06-30T23:59:60Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00.1234567Z',
  ].map((text): [Exact, unknown] => [DateTimeScalar, text]),
  ...['0001-01-01T00:00:00+00:01', '9999-12-31T23:59:59-00:01', '0000-01-01T00:00:00Z', 1700000000, null].map(
    (value): [Exact, unknown] => [DateTimeScalar, value],
  ),
  ...[
    '2025-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-1-1',
    '0000-01-01',
    '2026-01-01T00:00:00Z',
    20260101,
  ].map((value): [Exact, unknown] => [DateScalar, value]),
];

describe('values', () => {
  test.each(CASES)('%s reads %p as %p', (scalar, value, canonical) => {
    expect(scalar.parseValue(value)).toBe(canonical);
    expect(scalar.serialize(value)).toBe(canonical);
    expect(literal(scalar, typeof value === 'string' ? JSON.stringify(value) : String(value))).toBe(
      canonical,
    );
  });

  test.each(REFUSED)('%s refuses %p', (scalar, value) => {
    expect(() => scalar.parseValue(value)).toThrow(scalar.name);
    expect(() => scalar.serialize(value)).toThrow(`a stored value is not a ${scalar.name}`);
  });

  test('an Int literal of any length is exact', () => {
    expect(literal(LongScalar, '9007199254740993')).toBe('9007199254740993');
    expect(literal(DecimalScalar, '12345678901234567890123')).toBe('12345678901234567890123');
  });

  test.each(['1.5', 'true', 'FOO', '[1]', '{a: 1}'])('no numeric scalar reads the literal %s', (text) => {
    expect(() => literal(LongScalar, text)).toThrow('Long must be a string or an integer');
    expect(() => literal(DecimalScalar, text)).toThrow('Decimal must be a string or an integer');
    expect(() => literal(DateScalar, text)).toThrow('Date must be a string');
  });

  test('texts beyond every limit are refused at once', () => {
    expect(() => LongScalar.parseValue('9'.repeat(1_000_000))).toThrow('between');
    expect(() => DecimalScalar.parseValue('9'.repeat(131_073))).toThrow('at most');
    expect(() => DecimalScalar.parseValue(`1.${'0'.repeat(16_384)}`)).toThrow('at most');
  });

  test('times take no integer literal', () => {
    expect(() => literal(DateTimeScalar, '20260101')).toThrow('DateTime must be a string');
    expect(valueFromAST({ kind: Kind.INT, value: '20260101' }, DateScalar)).toBeUndefined();
  });

  test('what a stored value was is not repeated', () => {
    expect(() => DateScalar.serialize('4111 1111 1111 1111')).toThrow('a stored value is not a Date');
  });
});

describe('properties', () => {
  test('every int64 survives', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (value) => {
        expect(LongScalar.parseValue(String(value))).toBe(String(value));
        expect(BigInt(String(literal(LongScalar, String(value))))).toBe(value);
      }),
    );
  });

  test('an offset changes the text, never the instant', () => {
    const instants = fc.date({
      min: new Date('0002-01-01T00:00:00Z'),
      max: new Date('9998-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, fc.integer({ min: -1439, max: 1439 }), (instant, minutes) => {
        const local = new Date(instant.getTime() + minutes * 60_000).toISOString().slice(0, -1);
        const size = Math.abs(minutes);
        const two = (part: number) => String(part).padStart(2, '0');
        const text = `${local}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
        expect(new Date(String(DateTimeScalar.parseValue(text))).getTime()).toBe(instant.getTime());
      }),
    );
  });

  test('canonical text is its own canonical text', () => {
    const decimals = fc.tuple(fc.boolean(), fc.bigInt({ min: 0n }), fc.stringMatching(/^\d{0,40}$/));
    fc.assert(
      fc.property(decimals, ([minus, whole, fraction]) => {
        const text = `${minus ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
        const once = String(DecimalScalar.parseValue(text));
        expect(DecimalScalar.parseValue(once)).toBe(once);
        expect(once.replace(/^-/, '')).toBe(text.replace(/^-/, ''));
      }),
    );
  });
});

test('each scalar says what it is', () => {
  for (const [name, scalar] of Object.entries(SCALARS)) {
    expect(scalar.name).toBe(name);
    expect(scalar.specifiedByURL).toBe(`urn:portcullis:scalar:${name.toLowerCase()}`);
    expect(scalar.description).toBeTruthy();
  }
});
