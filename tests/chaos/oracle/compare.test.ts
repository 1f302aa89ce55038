import { expect, test } from '@jest/globals';
import { type Answer, compare } from './compare.ts';

const truth = { person: { name: 'a', nick: null, friends: [{ name: 'b' }, { name: 'c' }] } };
const answering = (person: unknown, ...paths: (string | number)[][]): Answer => ({
  data: { person },
  errors: paths.map((path) => ({ message: 'no', path })),
});
const whole = truth.person;

test('the truth is right, with or without errors', () => {
  expect(compare({ data: truth }, truth)).toMatchObject({ wrong: [], lost: 0 });
  expect(compare(answering(whole, ['person']), truth)).toMatchObject({ wrong: [], lost: 0 });
});

test.each<[string, Answer]>([
  ['another value', answering({ ...whole, name: 'x' }, ['person', 'name'])],
  ['a value where the truth has none', answering({ ...whole, nick: 'x' })],
  ['a null without an error', answering({ ...whole, name: null })],
  [
    'a null with an error elsewhere',
    answering({ ...whole, friends: [{ name: null }, { name: 'c' }] }, ['person', 'friends', 1]),
  ],
  ['a field that was not asked for', answering({ ...whole, secret: 1 }, ['person'])],
  ['a field too few', answering({ name: 'a', nick: null }, ['person'])],
  ['fields in another order', answering({ nick: null, name: 'a', friends: whole.friends })],
  ['an item too few', answering({ ...whole, friends: [{ name: 'b' }] }, ['person', 'friends'])],
  ['items in another order', answering({ ...whole, friends: [{ name: 'c' }, { name: 'b' }] })],
  ['no object', answering('a')],
  ['no data', { data: null }],
])('%s is wrong', (_, answer) => {
  expect(compare(answer, truth).wrong).not.toEqual([]);
});

test.each([
  ['at its place', ['person', 'friends', 0, 'name']],
  ['above it', ['person']],
  ['of the whole request', []],
])('a null is accounted for by an error %s', (_, path) => {
  const answer = answering({ ...whole, friends: [{ name: null }, { name: 'c' }] }, path);
  expect(compare(answer, truth)).toMatchObject({ wrong: [], lost: 1 });
});

test('a null is accounted for by the error below, from where it came', () => {
  expect(compare({ data: null, errors: [{ message: 'no', path: ['person', 'name'] }] }, truth).wrong).toEqual(
    [],
  );
});

test('what comes in parts may lack fields, with an error, and has no order', () => {
  const lacking = answering({ friends: whole.friends, nick: null }, ['person']);
  expect(compare(lacking, truth, true)).toMatchObject({ wrong: [], lost: 1 });
  expect(compare(answering({ friends: whole.friends, nick: null }), truth, true).wrong).not.toEqual([]);
  expect(compare(answering({ ...whole, secret: 1 }), truth, true).wrong).not.toEqual([]);
});
