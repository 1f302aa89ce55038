/** The validation rules: those of the specification (GraphQL §5), and what this gateway does not carry out. */
import { GraphQLError, specifiedRules, type ValidationRule } from 'graphql';

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

const NoSubscriptionsRule: ValidationRule = (context) => ({
  OperationDefinition(node) {
    if (node.operation !== 'subscription') return;
    context.reportError(new GraphQLError('Subscriptions are not supported.', { nodes: node }));
  },
});

/** Refused by name: as an unknown directive it would look like a slip of the pen. */
const NoIncrementalDeliveryRule: ValidationRule = (context) => ({
  Directive(node) {
    const name = node.name.value;
    if (name !== 'defer' && name !== 'stream') return;
    context.reportError(new GraphQLError(`The directive "@${name}" is not supported.`, { nodes: node }));
  },
});

/** Ours first: where both speak, the clearer sentence is read first. */
export const rules: readonly ValidationRule[] = Object.freeze([
  NoSubscriptionsRule,
  NoIncrementalDeliveryRule,
  ReservedAliasesRule,
  ...specifiedRules,
]);
