/** A program is kept for the next who asks the same; of the request that it was made for nothing is. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from '@jest/globals';
import { Kind, parse } from 'graphql';
import { authorize } from './authorize/authorize.ts';
import { createEngine } from './fixture/engine.ts';
import { plan } from './plan/plan.ts';
import { createOperation } from './program.ts';

const engine = createEngine({
  video: 'type Query { q(s: String): String me: E } type E @key(fields: "id") { id: ID! n: String }',
});

async function planned(
  query: string,
): Promise<{ readonly program: object; readonly coerced: WeakRef<object> }> {
  const [definition] = parse(query, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  const coerced = { s: 'secret', yes: true };
  const parsed = {
    context: {
      id: 'r',
      traceparent: '',
      signal: new AbortController().signal,
      counts: { subgraphRequests: 0 },
    },
    accept: 'application/json',
    principal: { kind: 'anonymous' },
    operation: createOperation(definition),
    coerced,
  } as const;
  const { program } = await plan(authorize(parsed, engine.snapshot), engine.snapshot);
  return { program, coerced: new WeakRef(coerced) };
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
