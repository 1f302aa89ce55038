import { expect, it } from '@jest/globals';
import { Kind, parse, type SelectionSetNode } from 'graphql';
import type { ResponseError } from '../errors.ts';
import { withVisiblePath } from './errors.ts';

const [definition] = parse('{ a { ... { b: c { d } } } }').definitions;
if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
const set: SelectionSetNode = definition.selectionSet;
const at = (...path: (string | number)[]): ResponseError => ({
  message: 'm',
  path,
  extensions: { code: 'SUBGRAPH_ERROR' },
});

it.each([
  [['a', 0, 'b', 'd']],
  [
    ['a', 0, 'b'],
    ['a', 0, 'b', 'key'],
  ],
  [undefined, ['other', 'a']],
])('an error is reported at what the client selected: %j', (visible, given = visible) => {
  expect(withVisiblePath(at(...(given ?? [])), set).path).toEqual(visible);
});

it('a path may be as long as it likes', () => {
  const started = performance.now();
  const path = withVisiblePath(at('a', ...Array<number>(100_000).fill(0), 'c'), set).path;
  expect(path).toHaveLength(100_001);
  expect(performance.now() - started).toBeLessThan(500);
});
