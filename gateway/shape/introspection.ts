/** `__schema` and `__type`: answered from what clients see of the graph, beside whatever else is asked (GraphQL §4). */
import { executeSync, type GraphQLSchema, Kind, type OperationDefinitionNode, print } from 'graphql';
import { LRUCache } from 'lru-cache';
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
  // The same for everybody, but for the variables that it may name.
  if (definition.variableDefinitions !== undefined && definition.variableDefinitions.length > 0) {
    return execute(asked, schema, variables);
  }
  const text = print(asked);
  const answers = answersOf(schema);
  const answer = answers.get(text) ?? execute(asked, schema, {});
  answers.set(text, answer);
  return answer;
}

type Answer = Readonly<Record<string, unknown>>;

/** Tools ask the same few questions; an answer can be a megabyte. */
const mostAnswers = 8;

const answersBySchema = new WeakMap<GraphQLSchema, LRUCache<string, Answer>>();

function answersOf(schema: GraphQLSchema): LRUCache<string, Answer> {
  const known = answersBySchema.get(schema);
  if (known !== undefined) return known;
  const answers = new LRUCache<string, Answer>({ max: mostAnswers });
  answersBySchema.set(schema, answers);
  return answers;
}

function execute(
  definition: OperationDefinitionNode,
  schema: GraphQLSchema,
  variables: IntrospectionOptions['variables'],
): Answer {
  const { data, errors } = executeSync({
    schema,
    document: { kind: Kind.DOCUMENT, definitions: [definition] },
    variableValues: variables,
  });
  if (!data || errors)
    throw new InternalError('introspection of a valid schema failed', { cause: errors?.[0] });
  return data;
}
