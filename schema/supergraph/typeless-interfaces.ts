/**
 * Makes an object type of an `@interfaceObject` whose interface has no type anywhere.
 *
 * @apollo/query-planner 2.14.4 fails on such an interface as soon as one object of it leads to another: it asks for the
 * type, and nobody knows one. What is known of these objects is what the subgraphs say that see objects in them.
 */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  visit,
} from 'graphql';

/** Of those that implement another interface, an object would be one of that: they stay as they are. */
export function typelessInterfaces({ definitions }: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  for (const each of definitions) {
    if (each.kind !== Kind.INTERFACE_TYPE_DEFINITION || (each.interfaces ?? []).length > 0) continue;
    if (each.directives?.some(isInterfaceObject)) names.add(each.name.value);
  }
  for (const each of definitions) {
    if (each.kind !== Kind.OBJECT_TYPE_DEFINITION && each.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const { name } of each.interfaces ?? []) names.delete(name.value);
  }
  return names;
}

export function asObjects(document: DocumentNode, names: ReadonlySet<string>): DocumentNode {
  if (names.size === 0) return document;
  return visit(document, {
    InterfaceTypeDefinition: (node) => (names.has(node.name.value) ? asObject(node) : undefined),
  });
}

function asObject(node: InterfaceTypeDefinitionNode): ObjectTypeDefinitionNode {
  return { ...node, kind: Kind.OBJECT_TYPE_DEFINITION, directives: (node.directives ?? []).map(plain) };
}

/** `isInterfaceObject` is an argument of `@join__type` alone. */
function isInterfaceObject({ arguments: given = [] }: ConstDirectiveNode): boolean {
  return given.some(
    ({ name, value }) => name.value === 'isInterfaceObject' && value.kind === Kind.BOOLEAN && value.value,
  );
}

function plain(directive: ConstDirectiveNode): ConstDirectiveNode {
  const given = directive.arguments ?? [];
  return { ...directive, arguments: given.filter(({ name }) => name.value !== 'isInterfaceObject') };
}
