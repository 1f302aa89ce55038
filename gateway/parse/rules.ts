/** The validation rules: those of the specification (GraphQL §5), and what this gateway does not carry out. */
import {
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  specifiedRules,
  type ValidationContext,
  type ValidationRule,
  validate,
} from 'graphql';

/**
 * `__typename` in an answer always means the type: `authorize` adds it, the planner and the subgraphs join by it. Other
 * aliases of `__typename` may begin with two underscores, as Relay's `__isNode` does.
 */
const ReservedAliasesRule: ValidationRule = (context) => ({
  Field(node) {
    const alias = node.alias?.value;
    if (alias === undefined || !alias.startsWith('__') || node.name.value === '__typename') return;
    const message = `Alias "${alias}" begins with "__", which is reserved for introspection.`;
    context.reportError(new GraphQLError(message, { nodes: node }));
  },
});

/**
 * GraphQL §5.2.4.1: whether a subscription's one field is selected must not depend on a variable, or there could be none. That
 * it is one field, and no introspection, is among the specified rules.
 */
const UnconditionalSubscriptionsRule: ValidationRule = (context) => ({
  OperationDefinition(node) {
    if (node.operation !== 'subscription') return;
    for (const directive of rootDirectives(node.selectionSet, context)) {
      const name = directive.name.value;
      if (name !== 'skip' && name !== 'include') continue;
      const message = `The directive "@${name}" cannot stand at the root of a subscription.`;
      context.reportError(new GraphQLError(message, { nodes: directive }));
    }
  },
});

/** Each fragment once: spread twice by each of many, they would multiply. */
function rootDirectives(
  { selections }: SelectionSetNode,
  context: ValidationContext,
  seen = new Set<string>(),
): readonly DirectiveNode[] {
  return selections.flatMap((node) => {
    const own = node.directives ?? [];
    if (node.kind === Kind.FIELD) return own;
    if (node.kind === Kind.INLINE_FRAGMENT)
      return [...own, ...rootDirectives(node.selectionSet, context, seen)];
    const name = node.name.value;
    const fragment = seen.has(name) ? undefined : context.getFragment(name);
    seen.add(name);
    return fragment ? [...own, ...rootDirectives(fragment.selectionSet, context, seen)] : own;
  });
}

const streamRefused = 'The directive "@stream" is not supported. Leave it out: a list comes as a whole.';

/** Refused by name: as an unknown directive it would look like a slip of the pen. */
const NoStreamRule: ValidationRule = (context) => ({
  Directive(node) {
    if (node.name.value === 'stream') context.reportError(new GraphQLError(streamRefused, { nodes: node }));
  },
});

/** Wherever it stands, it has been refused once: the specified rules call it unknown besides. */
function isAnotherOfStream({ message, nodes = [] }: GraphQLError): boolean {
  const [node] = nodes;
  return node?.kind === Kind.DIRECTIVE && node.name.value === 'stream' && message !== streamRefused;
}

/** The incremental delivery proposal, §5.7.5: by its label a client knows a part, so it is fixed, and no other has it. */
const DeferLabelsRule: ValidationRule = (context) => {
  const labels = new Set<string>();
  return {
    Directive(node) {
      if (node.name.value !== 'defer') return;
      const value = node.arguments?.find(({ name }) => name.value === 'label')?.value;
      if (value === undefined) return;
      if (value.kind !== Kind.STRING || labels.has(value.value)) {
        const message = 'The label of "@defer" has to be a string of its own, and no variable.';
        context.reportError(new GraphQLError(message, { nodes: node }));
      } else {
        labels.add(value.value);
      }
    },
  };
};

/** Ours first: where both speak, the clearer sentence is read first. */
const rules: readonly ValidationRule[] = Object.freeze([
  NoStreamRule,
  DeferLabelsRule,
  ReservedAliasesRule,
  ...specifiedRules,
]);

const mostErrors = 20;

export function validateDocument(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  const options = { maxErrors: mostErrors, hideSuggestions: true };
  // Before the others: graphql-js asks such a condition for the value of its variable, has none, and throws.
  const conditional = document.definitions.some(isSubscription)
    ? validate(schema, document, [UnconditionalSubscriptionsRule], options)
    : [];
  if (conditional.length > 0) return conditional;
  return validate(schema, document, rules, options).filter((error) => !isAnotherOfStream(error));
}

function isSubscription(node: DefinitionNode): boolean {
  return node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.SUBSCRIPTION;
}
