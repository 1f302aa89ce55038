import { expect, it } from '@jest/globals';
import { readHead } from './reply-head.ts';

const read = (...fields: string[]) =>
  readHead(
    fields.map((field) => Buffer.from(field, 'latin1')),
    100,
  );

it('takes the fields that matter, in any case, and no others', () => {
  expect(
    read(
      'Content-Type',
      'application/json',
      'RETRY-AFTER',
      ' 2 ',
      'x-content-tp',
      'no',
      'Content-Length',
      '100',
    ),
  ).toEqual({ retryAfter: '2', acceptable: true });
  expect(read()).toEqual({ retryAfter: undefined, acceptable: true });
});

it.each([
  ['content-encoding', 'identity', true],
  ['content-encoding', 'gzip', false],
  ['Content-Encoding', 'identity, br', false],
  ['transfer-encoding', 'Chunked', true],
  ['transfer-encoding', 'gzip, chunked', false],
  ['content-length', '101', false],
  ['content-length', 'x', false],
])('%s: %s is acceptable: %s', (name, value, acceptable) => {
  expect(read(name, value).acceptable).toBe(acceptable);
  expect(read('content-encoding', 'gzip', name, value).acceptable).toBe(false);
});
