import { expect, it } from '@jest/globals';
import { mergeAnswer } from './places.ts';

it('a member of the name `__proto__` is a member like others', () => {
  const told: Record<string, unknown> = { meta: { a: 1 } };
  mergeAnswer(told, JSON.parse('{"meta":{"__proto__":{"polluted":true}},"__proto__":{"polluted":true}}'));
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
