/** A program is kept for the next who asks the same; of the request that it was made for nothing is. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from '@jest/globals';
import { createEngine } from './fixture/engine.ts';

const engine = createEngine({
  video: 'type Query { q(s: String): String me: E } type E @key(fields: "id") { id: ID! n: String }',
});

async function planned(query: string) {
  const coerced = { s: 'secret', yes: true };
  return { program: await engine.programOf(query, coerced), coerced: new WeakRef<object>(coerced) };
}

it.each([
  ['a plain one', 'query($s: String) { q(s: $s) }'],
  ['one with conditions', 'query($s: String, $yes: Boolean!) { q(s: $s) me @include(if: $yes) { id } }'],
  ['one in parts', 'query($s: String) { me { id ... @defer { n } } q(s: $s) }'],
])('%s', async (_, query) => {
  const { program, coerced } = await planned(query);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let turn = 0; turn < 10 && coerced.deref() !== undefined; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
  }
  expect(coerced.deref()).toBeUndefined();
  expect(Object.isFrozen(program)).toBe(true);
});
