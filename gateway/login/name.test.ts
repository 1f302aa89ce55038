import { expect, test } from '@jest/globals';
import { nameIn } from './name.ts';

test.each<[Readonly<Record<string, unknown>>, string]>([
  [{ name: 'Ann Example', email: 'a@example.org', sub: '1' }, 'Ann Example'],
  [{ name: ' ', preferred_username: 'ann', sub: '1' }, 'ann'],
  [{ name: 7, email: 'a@example.org', sub: '1' }, 'a@example.org'],
  [{ sub: '1' }, '1'],
  [{ name: '🎉'.repeat(81) }, '🎉'.repeat(80)],
  [{}, ''],
])('%j is called %j', (claims, name) => {
  expect(nameIn(claims)).toBe(name);
});
