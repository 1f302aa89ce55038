import { expect, it } from '@jest/globals';
import { buildSchema, Kind, parse } from 'graphql';
import { introspect } from './introspection.ts';
import { Selections } from './selections.ts';

const schema = buildSchema('type Query { a: Int  old: Int @deprecated }');

function ask(query: string, variables: Record<string, unknown> = {}) {
  const [definition] = parse(query).definitions;
  const root = schema.getQueryType();
  if (definition?.kind !== Kind.OPERATION_DEFINITION || !root) throw new Error('no operation');
  const entries = new Selections({ schema, variables, denied: [] }).entriesOf(
    [definition.selectionSet],
    root,
  );
  return introspect(entries, { schema, definition, variables });
}

it('writes an answer once for the same question, whatever is asked beside it', () => {
  const first = ask('{ __schema { queryType { name } } }');
  expect(first).toEqual({ __schema: { queryType: { name: 'Query' } } });
  expect(ask('{ a __schema { queryType { name } } }')).toBe(first);
  expect(ask('{ __schema { queryType { kind } } }')).toEqual({ __schema: { queryType: { kind: 'OBJECT' } } });
});

it('looks at variables anew', () => {
  const query =
    'query ($all: Boolean) { __type(name: "Query") { fields(includeDeprecated: $all) { name } } }';
  const fields = (all: boolean) => (ask(query, { all })['__type'] as { fields: unknown[] }).fields;
  expect([fields(true).length, fields(false).length]).toEqual([2, 1]);
});
