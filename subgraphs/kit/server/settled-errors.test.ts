/** Errors as they are answered: by the places of the data that are null, not by what was noticed first. */
import { expect, test } from '@jest/globals';
import type { GraphQLFormattedError } from 'graphql';
import { settledErrors } from './settled-errors.ts';

const extensions = { code: 'FORBIDDEN' };
const locations = [{ line: 1, column: 9 }];
const refused = (...path: (string | number)[]): GraphQLFormattedError => ({
  message: 'no',
  path,
  locations,
  extensions,
});

test('stay where each is at a null of its own, in the order of the places', () => {
  const data = { b: { nodes: [{ x: null }, { x: null, y: null }] }, a: null };
  const errors = [
    refused('b', 'nodes', 1, 'y'),
    refused('a'),
    refused('b', 'nodes', 1, 'x'),
    refused('b', 'nodes', 0, 'x'),
  ];
  expect(settledErrors(data, errors)).toEqual([
    refused('a'),
    refused('b', 'nodes', 0, 'x'),
    refused('b', 'nodes', 1, 'x'),
    refused('b', 'nodes', 1, 'y'),
  ]);
  expect(settledErrors(data, errors.toReversed())).toEqual(settledErrors(data, errors));
});

test('are one where they took what is around them along: which row was first would tell which ones waited', () => {
  const data = { plays: null };
  const one = settledErrors(data, [refused('plays', 'nodes', 5, 'x'), refused('plays', 'nodes', 0, 'y')]);
  expect(one).toEqual([{ message: 'no', path: ['plays'], extensions }]);
  expect(settledErrors(data, [refused('plays', 'nodes', 6, 'x')])).toEqual(one);
});

test('have no place where there is no data at all', () => {
  expect(settledErrors(null, [refused('found', 0, 'x')])).toEqual([{ message: 'no', extensions }]);
});

test('of several codes are the first by its name', () => {
  const fault = { message: 'an internal error occurred', extensions: { code: 'INTERNAL' }, path: ['a', 'b'] };
  for (const errors of [
    [fault, refused('a', 'c')],
    [refused('a', 'c'), fault],
  ])
    expect(settledErrors({ a: null }, errors)).toEqual([{ message: 'no', path: ['a'], extensions }]);
});
