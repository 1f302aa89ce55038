import { expect, it } from '@jest/globals';
import type { AccessView } from '@portcullis/policies/engine/view';
import { openView } from '@portcullis/policies/engine/view';
import { createEngine } from '../fixture/engine.ts';
import { apiSchemaFor } from './api-schema-for.ts';

const { supergraph } = createEngine({ a: 'type Query { a: Int  b: Int  c: Int }' }).snapshot;

function denying(key: string, denied: string): AccessView & { asked: number } {
  return {
    ...openView,
    key,
    asked: 0,
    allows(coordinate) {
      this.asked += 1;
      return coordinate !== denied;
    },
  };
}

it('is the one that clients see where nothing is hidden', () => {
  expect(apiSchemaFor(supergraph, openView).schema).toBe(supergraph.api);
});

it('is made once for all views that show the same', () => {
  const first = apiSchemaFor(supergraph, denying('1', 'Query.a'));
  const other = denying('2', 'Query.a');
  expect(apiSchemaFor(supergraph, other)).toBe(first);
  const { asked } = other;
  expect(apiSchemaFor(supergraph, other)).toBe(first);
  expect(other.asked).toBe(asked);
  const different = apiSchemaFor(supergraph, denying('3', 'Query.b'));
  expect(different.hash).not.toBe(first.hash);
  expect(different.text).toContain('a: Int');
});

it('is made anew for those that come back after too many others', () => {
  const view = denying('again', 'Query.a');
  const first = apiSchemaFor(supergraph, view);
  for (let index = 0; index < 2_001; index += 1)
    apiSchemaFor(supergraph, denying(`other ${index}`, 'Query.c'));
  const { asked } = view;
  expect(apiSchemaFor(supergraph, view).hash).toBe(first.hash);
  expect(view.asked).toBeGreaterThan(asked);
});
