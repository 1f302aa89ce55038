/** `__schema` and `__type`: answered from what the caller may see of the graph, beside whatever else is asked (GraphQL §4). */
import {
  executeSync,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  print,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { InternalError } from '../errors.ts';

export interface IntrospectionOptions {
  /** Made only if it is looked at. */
  readonly schema: () => GraphQLSchema;
  readonly definition: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** JSON texts by response name. */
export function introspect(
  selections: readonly FieldNode[],
  { schema: schemaOf, definition, variables }: IntrospectionOptions,
): ReadonlyMap<string, string> {
  if (selections.length === 0) return nothing;
  const schema = schemaOf();
  const asked = { ...definition, selectionSet: { kind: Kind.SELECTION_SET, selections } } as const;
  // The same for all who see the same, but for the variables that it may name.
  if (definition.variableDefinitions !== undefined && definition.variableDefinitions.length > 0) {
    return execute(asked, schema, variables);
  }
  const text = print(asked);
  const answers = answersOf(schema);
  const answer = answers.get(text) ?? execute(asked, schema, {});
  answers.set(text, answer);
  return answer;
}

const nothing: ReadonlyMap<string, string> = new Map();

type Answer = ReadonlyMap<string, string>;

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
  return new Map(Object.entries(data).map(([name, value]) => [name, JSON.stringify(value)]));
}
