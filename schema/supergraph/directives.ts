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

/** The arguments of each application of `name`, in order. */
export function applicationsOf(
  schema: GraphQLSchema,
  carrier: Carrier,
  name: string | undefined,
): readonly Readonly<Record<string, unknown>>[] {
  const directive = name === undefined ? undefined : schema.getDirective(name);
  if (directive === undefined || directive === null) return [];
  return nodesOf(carrier)
    .flatMap((node) => node.directives ?? [])
    .filter((node) => node.name.value === name)
    .map((node) => argumentsOf(directive, node));
}

function argumentsOf(
  directive: GraphQLDirective,
  node: ConstDirectiveNode,
): Readonly<Record<string, unknown>> {
  return getArgumentValues(directive, node);
}

function nodesOf(carrier: Carrier): readonly { readonly directives?: readonly ConstDirectiveNode[] }[] {
  const extensions = 'extensionASTNodes' in carrier ? carrier.extensionASTNodes : [];
  return carrier.astNode ? [carrier.astNode, ...extensions] : extensions;
}
