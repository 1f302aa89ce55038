/** Obligations are read to the letter: what is not understood is refused, never left out. */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { readObligations } from './obligations.ts';

const nothing = { rows: new Map(), groups: new Map(), denied: new Map() };
const condition = { field: 'country', op: '=', value: 'DE' };

describe('obligations', () => {
  test('may be none, or some of each', () => {
    expect(readObligations({})).toEqual(nothing);
    expect(
      readObligations({
        rows: { Play: [condition, { field: 'seconds', op: '<=', value: 7 }], Title: [] },
        groups: { Play: { id: 25 } },
        denied: { Play: { read: ['city'], filter: '*' } },
      }),
    ).toEqual({
      rows: new Map([
        ['Play', [condition, { field: 'seconds', op: '<=', value: 7 }]],
        ['Title', []],
      ]),
      groups: new Map([['Play', new Map([['id', 25]])]]),
      denied: new Map([
        [
          'Play',
          new Map<string, unknown>([
            ['read', new Set(['city'])],
            ['filter', '*'],
          ]),
        ],
      ]),
    });
  });

  test('deny fields in every way where no way is said', () => {
    const all = (fields: unknown) => new Map(['read', 'filter', 'aggregate'].map((use) => [use, fields]));
    expect(readObligations({ denied: { Play: '*', Title: ['name'], Person: [] } })?.denied).toEqual(
      new Map([
        ['Play', all('*')],
        ['Title', all(new Set(['name']))],
        ['Person', all(new Set())],
      ]),
    );
  });

  test('are the same if they are compressed, and refused if that is not what it says', () => {
    const given = { rows: { Play: [condition] }, denied: { Title: '*' } };
    const deflate = (text: string) => deflateRawSync(text).toString('base64url');
    const deflated = deflate(JSON.stringify(given));
    expect(readObligations({ deflated })).toEqual(readObligations(given));
    for (const other of [
      { deflated, rows: {} },
      { deflated: given },
      { deflated: '' },
      { deflated: 'no stream' },
      { deflated: deflate('{') },
      { deflated: deflate('null') },
      { deflated: deflate(JSON.stringify({ deflated })) },
      { deflated: deflate(JSON.stringify({ rows: {}, more: {} })) },
      { deflated: deflate(`{"rows":{}${' '.repeat(2_000_000)}}`) },
    ])
      expect(readObligations(other)).toBeUndefined();
  });

  test('take names for data', () => {
    const named = JSON.parse('{"rows":{"__proto__":[],"constructor":[]}}') as unknown;
    expect([...(readObligations(named)?.rows.keys() ?? [])]).toEqual(['__proto__', 'constructor']);
  });

  test.each<[string, unknown]>([
    ['missing', undefined],
    ['null', null],
    ['a list', []],
    ['a text', '{}'],
    ['an unknown obligation', { masks: {} }],
    ['rows that are no object', { rows: [] }],
    ['rows that are null', { rows: null }],
    ['a type with one condition, not a list', { rows: { Play: condition } }],
    ['a condition with an unknown operator', { rows: { Play: [{ ...condition, op: '<>' }] } }],
    ['a condition with an operator of a prototype', { rows: { Play: [{ ...condition, op: 'toString' }] } }],
    ['a condition without a field', { rows: { Play: [{ op: '=', value: 'DE' }] } }],
    ['a condition on an empty field', { rows: { Play: [{ ...condition, field: '' }] } }],
    ['a condition without a value', { rows: { Play: [{ field: 'country', op: '=' }] } }],
    ['a condition with null', { rows: { Play: [{ ...condition, value: null }] } }],
    ['a condition with true', { rows: { Play: [{ ...condition, value: true }] } }],
    ['a condition with a fraction', { rows: { Play: [{ ...condition, value: 0.5 }] } }],
    ['a condition beyond 2^53', { rows: { Play: [{ ...condition, value: 2 ** 53 }] } }],
    ['a list for =', { rows: { Play: [{ ...condition, value: ['DE'] }] } }],
    ['one value for in', { rows: { Play: [{ ...condition, op: 'in' }] } }],
    ['numbers for in', { rows: { Play: [{ ...condition, op: 'in', value: [1] }] } }],
    ['something more in a condition', { rows: { Play: [{ ...condition, or: true }] } }],
    ['a group of a text', { groups: { Play: { id: '25' } } }],
    ['a group of none', { groups: { Play: { id: 0 } } }],
    ['a group of a fraction', { groups: { Play: { id: 1.5 } } }],
    ['a use that is unknown', { denied: { Play: { write: '*' } } }],
    ['a use of another text', { denied: { Play: { read: 'city' } } }],
    ['a type denied as another text', { denied: { Play: 'city' } }],
    ['a type denied as numbers', { denied: { Play: ['city', 1] } }],
    ['a use of a number', { denied: { Play: { read: [1] } } }],
  ])('that are %s are refused', (_, given) => {
    expect(readObligations(given)).toBeUndefined();
  });
});
