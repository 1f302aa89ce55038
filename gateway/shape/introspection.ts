/** `__schema` and `__type`: answered from what clients see of the graph, beside whatever else is asked (GraphQL §4). */
import { executeSync, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import { InternalError } from '../errors.ts';
import type { Entry } from './selections.ts';

export interface IntrospectionOptions {
  readonly schema: GraphQLSchema;
  readonly definition: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The values of those of the root's entries that ask for the schema. */
export function introspect(
  entries: readonly Entry[],
  { schema, definition, variables }: IntrospectionOptions,
): Readonly<Record<string, unknown>> {
  const selections = entries
    .filter(({ fieldName }) => fieldName === '__schema' || fieldName === '__type')
    .flatMap(({ nodes }) => nodes);
  if (selections.length === 0) return {};
  const asked = { ...definition, selectionSet: { kind: Kind.SELECTION_SET, selections } } as const;
  const { data, errors } = executeSync({
    schema,
    document: { kind: Kind.DOCUMENT, definitions: [asked] },
    variableValues: variables,
  });
  if (!data || errors)
    throw new InternalError('introspection of a valid schema failed', { cause: errors?.[0] });
  return data;
}
