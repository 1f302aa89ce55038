import { describe, expect, it } from '@jest/globals';
import type { FieldShape, ValueShape } from '../../program.ts';
import { arrange } from './arrange.ts';
import { holesOf } from './holes.ts';
import { unlessOnlyTree } from './only-tree.ts';
import type { Contribution, Origin } from './origin.ts';
import { sharesOf } from './shares.ts';

const leaf = (nonNull = false): ValueShape => ({
  kind: 'leaf',
  nonNull,
  leaf: { kind: 'Int' },
  mask: undefined,
});
const typename: ValueShape = { kind: 'constant', text: '"T"' };
const object: ValueShape = { kind: 'object', nonNull: false, object: { type: 'T', fieldsOf: () => [] } };

function field(name: string, value: ValueShape = leaf()): FieldShape {
  return { name, from: name, key: `"${name}":`, value };
}

const own = (...names: string[]): Origin => ({
  members: new Map(names.map((name) => [name, { field: name, below: [] }])),
});

function fetched(...names: string[]): Contribution {
  const source = {
    object: { index: 0, holes: [], sources: 1 },
    index: 0,
    site: 0,
    representation: [],
    members: [],
    runs: 0,
    slots: 0,
  };
  return { ...own(...names), step: 1, batch: 0, requires: [], source };
}

const origins = (fields: readonly FieldShape[], all: readonly Origin[]) =>
  unlessOnlyTree(() => arrange(fields, all).map(({ origin }) => origin && all.indexOf(origin)));

describe('the fields of an object', () => {
  it('come from who says them; of several, the first, if they are leaves', () => {
    const all = [own('a', 'b'), fetched('b', 'c')];
    expect(
      origins(
        ['a', 'b', 'c'].map((name) => field(name)),
        all,
      ),
    ).toEqual([0, 0, 1]);
    expect(origins([field('b', object)], all)).toBeUndefined();
  });

  it('are the object tree’s where nobody says them, or in another order', () => {
    expect(origins([field('z')], [own('a')])).toBeUndefined();
    expect(origins([field('b'), field('a')], [own('a', 'b')])).toBeUndefined();
  });

  it('are constant where it can only be so', () => {
    const denied: ValueShape = { kind: 'denied', nonNull: false };
    const all = [own('__typename', 'a')];
    expect(origins([field('a'), field('__typename', typename)], all)).toEqual([0, undefined]);
    expect(origins([field('__typename', typename), field('a'), field('d', denied)], all)).toEqual([
      0,
      0,
      undefined,
    ]);
    expect(origins([field('d', { kind: 'denied', nonNull: true })], all)).toBeUndefined();
  });
});

describe('the gaps of an object', () => {
  it('stand before what comes after them, and hold what others add in runs', () => {
    const [mine, other] = [own('a', 'b'), fetched('x', 'y', 'z')];
    const fields = ['x', 'y', 'a', 'z', 'b', 't'].map((name) =>
      field(name, name === 't' ? typename : leaf()),
    );
    const placed = arrange(fields, [mine, other]);
    const { holes, before, last } = holesOf(placed, mine, sharesOf(placed));
    const run = (index: number, absent: string) => [
      { kind: 'run', source: other.source, run: index, absent },
    ];
    expect(holes).toEqual([
      run(0, '"x":null,"y":null'),
      run(1, '"z":null'),
      [{ kind: 'constant', text: '"t":"T"' }],
    ]);
    expect([...before]).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
    expect(last).toBe(2);
    expect([...(sharesOf(placed).get(other)?.runs ?? [])]).toEqual([
      ['x', 0],
      ['y', 0],
      ['z', 1],
    ]);
  });

  it('cannot be left empty where there has to be a value', () => {
    const other = fetched('x', 'y');
    const placed = arrange([field('x'), field('y', leaf(true))], [own(), other]);
    expect(holesOf(placed, own(), sharesOf(placed)).holes).toEqual([
      [{ kind: 'run', source: other.source, run: 0, absent: undefined }],
    ]);
  });
});

it('an object with thousands of fields is arranged at once', () => {
  const names = Array.from({ length: 2_000 }, (_, index) => `f${index}`);
  const started = performance.now();
  expect(
    origins(
      names.map((name) => field(name)),
      [own(...names)],
    ),
  ).toHaveLength(2_000);
  expect(performance.now() - started).toBeLessThan(500);
});
