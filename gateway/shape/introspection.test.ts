import { expect, it } from '@jest/globals';
import { buildSchema, type FieldNode, Kind, parse } from 'graphql';
import { introspect } from './introspection.ts';

const schema = buildSchema('type Query { a: Int  old: Int @deprecated }');

function ask(query: string, variables: Record<string, unknown> = {}) {
  const [definition] = parse(query).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  const isAsked = (node: { kind: Kind }): node is FieldNode =>
    node.kind === Kind.FIELD && (node as FieldNode).name.value.startsWith('__');
  const selections = definition.selectionSet.selections.filter(isAsked);
  return introspect(selections, { schema: () => schema, definition, variables });
}

it('writes an answer once for the same question, whatever is asked beside it', () => {
  const first = ask('{ __schema { queryType { name } } }');
  expect([...first]).toEqual([['__schema', '{"queryType":{"name":"Query"}}']]);
  expect(ask('{ a __schema { queryType { name } } }')).toBe(first);
  expect(ask('{ __schema { queryType { kind } } }').get('__schema')).toBe('{"queryType":{"kind":"OBJECT"}}');
});

it('looks at variables anew', () => {
  const query =
    'query ($all: Boolean) { __type(name: "Query") { fields(includeDeprecated: $all) { name } } }';
  const fields = (all: boolean) => JSON.parse(ask(query, { all }).get('__type') ?? '').fields;
  expect([fields(true).length, fields(false).length]).toEqual([2, 1]);
});
