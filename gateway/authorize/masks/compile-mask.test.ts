import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import type { MaskKind, MaskRule } from '@portcullis/policies/engine/rule';
import fc from 'fast-check';
import { leafText } from '../../json/leaf.ts';
import type { Leaf } from '../../program.ts';
import { createKeyedHash } from '../../secrets/keyed-hash.ts';
import { compileMask } from './compile-mask.ts';

const keyedHash = createKeyedHash(Buffer.alloc(32, 7));

function maskOf(text: string, type = 'String', { coordinate = 'Person.email', purpose = 'none' } = {}) {
  const [kind = '', parameter] = text.split(':');
  const rule: MaskRule = { kind: kind as MaskKind, parameter };
  return compileMask(rule, { coordinate, type, purpose, keyedHash });
}

const masked = (text: string, type: string, value: unknown) => maskOf(text, type)(value);

const all = [
  'null',
  'redact',
  'hash',
  'last:4',
  'first:1',
  'date:year',
  'date:month',
  'round:10',
  'round:0.5',
];
const leaves: Readonly<Record<string, Leaf>> = {
  Int: { kind: 'Int' },
  Float: { kind: 'Float' },
  String: { kind: 'String' },
  ID: { kind: 'ID' },
  Boolean: { kind: 'Boolean' },
  Long: { kind: 'custom' },
  Decimal: { kind: 'custom' },
  Date: { kind: 'custom' },
  DateTime: { kind: 'custom' },
  JSON: { kind: 'custom' },
  Grade: { kind: 'enum', values: new Set(['A', 'B']) },
};

describe('null, redact and hash', () => {
  it('show nothing, stars, or what nobody can turn back', () => {
    expect(masked('null', 'String', 'ann')).toBeNull();
    expect(masked('redact', 'String', 'ann')).toBe('***');
    expect(masked('redact', 'ID', 7)).toBe('***');
    expect(masked('hash', 'String', 'ann')).toMatch(/^[\w-]{43}$/);
  });

  it('say nothing of how long a text is', () => {
    for (const mask of ['redact', 'hash']) {
      const lengths = ['', 'a', 'é'.repeat(1_000)].map((text) => String(masked(mask, 'String', text)).length);
      expect(new Set(lengths).size).toBe(1);
    }
  });

  it('show nothing of other types', () => {
    for (const mask of ['redact', 'hash', 'last:2', 'first:2']) {
      for (const [type, value] of [
        ['Int', 7],
        ['Float', 7.5],
        ['Boolean', true],
        ['Decimal', '12345.67'],
        ['Date', '1980-05-06'],
        ['Grade', 'A'],
        ['JSON', { a: 'b' }],
        ['String', { not: 'a text' }],
        ['ID', { not: 'an id' }],
        ['ID', 1.5],
      ] as const) {
        expect(masked(mask, type, value)).toBeNull();
      }
    }
  });

  it('hash alike for one field and purpose only, and by the secret', () => {
    const hash = maskOf('hash')('ann');
    expect(maskOf('hash')('ann')).toBe(hash);
    expect(maskOf('hash', 'ID')('ann')).toBe(hash);
    expect(maskOf('hash', 'String', { coordinate: 'Person.name' })('ann')).not.toBe(hash);
    expect(maskOf('hash', 'String', { purpose: 'support' })('ann')).not.toBe(hash);
    const other = { coordinate: 'Person.email', type: 'String', purpose: 'none' };
    const hashed = compileMask(
      { kind: 'hash', parameter: undefined },
      { ...other, keyedHash: createKeyedHash(Buffer.alloc(32, 8)) },
    )('ann');
    expect(hashed).not.toBe(hash);
    // Where the coordinate ends is told by more than its text.
    expect(keyedHash('a', 'b"c')('x')).not.toBe(keyedHash('a"b', 'c')('x'));
  });

  it('hash an ID as the string it is in answers', () => {
    expect(masked('hash', 'ID', 7)).toBe(masked('hash', 'ID', '7'));
  });
});

describe('last and first', () => {
  it.each([
    ['last:4', '4111111111111234', '************1234'],
    ['first:1', 'Ann', 'A**'],
    ['last:4', '1234', '***'],
    ['last:4', '', '***'],
    ['first:4', '12', '***'],
    ['last:1', 'a😀', '*😀'],
    ['first:1', '😀a', '😀*'],
    ['last:1', '😀', '***'],
    ['last:0', 'secret', '***'],
    ['last', 'secret', '***'],
    ['last:1e3', 'secret', '***'],
    ['last:-1', 'secret', '***'],
  ])('%s of %j is %j', (mask, value, expected) => {
    expect(masked(mask, 'String', value)).toBe(expected);
  });

  it('take halves of a character for what they are', () => {
    expect(masked('last:1', 'String', '\ud83d\ude00\ud83d')).toBe('*\ud83d');
  });
});

describe('date', () => {
  it.each([
    ['date:year', 'Date', '1980-05-06', '1980-01-01'],
    ['date:month', 'Date', '1980-05-06', '1980-05-01'],
    ['date:year', 'DateTime', '1980-05-06T07:08:09.123456Z', '1980-01-01T00:00:00Z'],
    ['date:month', 'DateTime', '1980-05-06t07:08:09z', '1980-05-01T00:00:00Z'],
    ['date:year', 'DateTime', '1981-01-01T00:30:00+02:00', '1980-01-01T00:00:00Z'],
    ['date:month', 'DateTime', '1980-12-31T23:30:00-02:00', '1981-01-01T00:00:00Z'],
    ['date:year', 'String', '1980-05-06', '1980-01-01'],
    ['date:year', 'String', '1980-05-06T07:08:09Z', '1980-01-01T00:00:00Z'],
    ['date:year', 'String', '1980-05-06 07:08:09', '1980-01-01 00:00:00'],
    ['date:year', 'Date', '0044-03-15', '0044-01-01'],
    ['date:month', 'Date', '2000-02-29', '2000-02-01'],
  ])('%s of the %s %s is %s', (mask, type, value, expected) => {
    expect(masked(mask, type, value)).toBe(expected);
  });

  it.each([
    ['Date', '1980-05-06T07:08:09Z'],
    ['Date', '1980-13-06'],
    ['Date', '1981-02-29'],
    ['Date', '0000-01-01'],
    ['Date', '1980-05-06 and more'],
    ['Date', 'infinity'],
    ['Date', 1980],
    ['DateTime', '1980-05-06'],
    ['DateTime', '1980-05-06T25:08:09Z'],
    ['DateTime', '1980-05-06T07:08:60Z'],
    ['DateTime', '0001-01-01T00:00:00+01:00'],
    ['DateTime', `1980-05-06T07:08:09.${'1'.repeat(1_000)}Z`],
    ['String', 'ann@example.org'],
    ['String', '1980'],
    ['Long', '1980'],
    ['Int', 1980],
  ])('of the %s %j shows nothing', (type, value) => {
    expect(masked('date:year', type, value)).toBeNull();
  });

  it.each(['date', 'date:day', 'date:__proto__'])('%s shows nothing', (mask) => {
    expect(masked(mask, 'Date', '1980-05-06')).toBeNull();
  });
});

describe('round', () => {
  it.each([
    ['round:10', 'Int', 14, 10],
    ['round:10', 'Int', 15, 20],
    ['round:10', 'Int', -15, -20],
    ['round:10', 'Int', 4, 0],
    ['round:10', 'Int', -4, 0],
    ['round:10', 'Int', 2_147_483_647, 2_147_483_640],
    ['round:10', 'Int', -2_147_483_648, -2_147_483_640],
    ['round:1000', 'Long', '9007199254740993', '9007199254741000'],
    ['round:1000', 'Long', '9223372036854775807', '9223372036854775000'],
    ['round:10', 'Long', 1_234, 1_230],
    ['round:0.1', 'Float', 0.30000000000000004, 0.3],
    ['round:0.1', 'Float', 1e-300, 0],
    ['round:10', 'Float', 1e21, 1e21],
    ['round:0.05', 'Decimal', '0.1250', '0.15'],
    ['round:100', 'Decimal', '12345678901234567890.99', '12345678901234567900'],
    ['round:0.01', 'Decimal', '-1.005', '-1.01'],
    ['round:0.5', 'Decimal', '7', '7.0'],
    ['round:100', 'Decimal', '-49.99', '0'],
    ['round:2.5', 'Decimal', '3.75', '5.0'],
  ])('%s of the %s %j is %j', (mask, type, value, expected) => {
    expect(masked(mask, type, value)).toBe(expected);
  });

  it.each([
    ['round:1', 'Int', 7],
    ['round:0.5', 'Int', 7],
    ['round:1', 'Long', '7'],
    ['round:0', 'Float', 7],
    ['round:-10', 'Float', 7],
    ['round', 'Float', 7],
    ['round:ten', 'Float', 7],
    ['round:10', 'Int', '7'],
    ['round:10', 'Long', '7.5'],
    ['round:10', 'Long', '9223372036854775808'],
    ['round:10', 'Decimal', 'NaN'],
    ['round:10', 'Decimal', '1'.repeat(401)],
    ['round:10', 'Decimal', '1e999999999'],
    ['round:10', 'String', '7'],
    ['round:10', 'ID', 7],
    ['round:10', 'Date', '1980-05-06'],
    ['round:10', 'Boolean', true],
  ])('%s of the %s %j shows nothing', (mask, type, value) => {
    expect(masked(mask, type, value)).toBeNull();
  });

  it('is exact, and no farther away than half a step', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.bigInt(1n, 10n ** 6n), (value, step) => {
        const rounded = BigInt(String(masked(`round:${step}`, 'Decimal', String(value))));
        const away = rounded > value ? rounded - value : value - rounded;
        expect(rounded % step).toBe(0n);
        expect(2n * away <= step).toBe(true);
      }),
    );
  });
});

describe('every mask', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.jsonValue(),
    fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((at) => at.toISOString()),
    fc.bigInt().map(String),
  );
  const type = fc.constantFrom(...Object.keys(leaves));
  const mask = fc.constantFrom(...all, 'round:x', 'last:x', 'date:x');

  it('returns a value of the type, or null; it never throws', () => {
    fc.assert(
      fc.property(mask, type, value, (mask, type, value) => {
        const text = leafText(leaves[type] as Leaf, masked(mask, type, value));
        expect(text).toBeDefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it('says the same each time, and leaves its own results as they are', () => {
    const again = all.filter((mask) => mask !== 'hash');
    fc.assert(
      fc.property(fc.constantFrom(...again), type, value, (mask, type, value) => {
        const once = masked(mask, type, value);
        expect(masked(mask, type, value)).toEqual(once);
        if (once !== null) expect(masked(mask, type, once)).toEqual(once);
      }),
      { numRuns: 2_000 },
    );
  });

  it('hides a text, but for what last and first say', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 6 }), (secret) => {
        fc.pre(!/^\*+$/.test(secret) && [...secret].length > 5);
        for (const mask of ['null', 'redact', 'hash', 'date:year', 'round:10']) {
          expect(String(masked(mask, 'String', secret))).not.toContain(secret);
        }
        const [last, first] = [masked('last:4', 'String', secret), masked('first:4', 'String', secret)];
        const characters = [...secret];
        expect(last).toBe('*'.repeat(characters.length - 4) + characters.slice(-4).join(''));
        expect(first).toBe(characters.slice(0, 4).join('') + '*'.repeat(characters.length - 4));
      }),
    );
  });
});
