/**
 * Puts the keys by which a subgraph can be entered before those by which it cannot.
 *
 * @apollo/query-graphs 2.14.4 looks at the first `@join__type` of a subgraph only when it enters that subgraph a second
 * time, and so finds no way in if that one says `resolvable: false`. The order has no meaning in the join spec.
 */
import { type DirectiveNode, type DocumentNode, visit } from 'graphql';

export function resolvableKeysFirst(document: DocumentNode): DocumentNode {
  return visit(document, {
    ObjectTypeDefinition: (node) => ({ ...node, directives: ordered(node.directives ?? []) }),
    InterfaceTypeDefinition: (node) => ({ ...node, directives: ordered(node.directives ?? []) }),
  });
}

function ordered(directives: readonly DirectiveNode[]): DirectiveNode[] {
  return [...directives.filter((node) => !isUnresolvable(node)), ...directives.filter(isUnresolvable)];
}

/** `resolvable` is an argument of `@join__type` alone. */
function isUnresolvable({ arguments: given = [] }: DirectiveNode): boolean {
  return given.some(
    ({ name, value }) => name.value === 'resolvable' && value.kind === 'BooleanValue' && !value.value,
  );
}
