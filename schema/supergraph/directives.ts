/** Directives applied to an element, read with their definition so that defaults count. */
import {
  type ConstDirectiveNode,
  type GraphQLDirective,
  type GraphQLNamedType,
  type GraphQLSchema,
  getArgumentValues,
} from 'graphql';

/** What can carry directives: a type with its extensions, a field, an argument, an enum value. */
type Carrier =
  | GraphQLNamedType
  | { readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] } | null | undefined };

const none: readonly never[] = Object.freeze([]);

/** The arguments of each application of `name`, in order. Most elements have none: that is found out first. */
export function applicationsOf(
  schema: GraphQLSchema,
  carrier: Carrier,
  name: string | undefined,
): readonly Readonly<Record<string, unknown>>[] {
  if (name === undefined) return none;
  const applied = appliedTo(carrier, name);
  const directive = applied === none ? undefined : schema.getDirective(name);
  return directive === undefined || directive === null
    ? none
    : applied.map((node) => argumentsOf(directive, node));
}

function appliedTo(carrier: Carrier, name: string): readonly ConstDirectiveNode[] {
  let found: ConstDirectiveNode[] | undefined;
  for (const { directives = none } of nodesOf(carrier)) {
    for (const node of directives) {
      if (node.name.value !== name) continue;
      found ??= [];
      found.push(node);
    }
  }
  return found ?? none;
}

function argumentsOf(
  directive: GraphQLDirective,
  node: ConstDirectiveNode,
): Readonly<Record<string, unknown>> {
  return getArgumentValues(directive, node);
}

function nodesOf(carrier: Carrier): readonly { readonly directives?: readonly ConstDirectiveNode[] }[] {
  const extensions = 'extensionASTNodes' in carrier ? carrier.extensionASTNodes : none;
  if (!carrier.astNode) return extensions;
  return extensions.length === 0 ? [carrier.astNode] : [carrier.astNode, ...extensions];
}
