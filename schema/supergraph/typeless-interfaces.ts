/**
 * Makes an object type of an `@interfaceObject` whose interface has no type anywhere, and lets no key lead to the interface.
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
  const directives = (node.directives ?? []).map((each) =>
    isInterfaceObject(each) ? seenAsObject(each) : closed(each),
  );
  return { ...node, kind: Kind.OBJECT_TYPE_DEFINITION, directives };
}

/** `isInterfaceObject` is an argument of `@join__type` alone, and so is `key`. */
function isInterfaceObject({ arguments: given = [] }: ConstDirectiveNode): boolean {
  return given.some(
    ({ name, value }) => name.value === 'isInterfaceObject' && value.kind === Kind.BOOLEAN && value.value,
  );
}

function seenAsObject(directive: ConstDirectiveNode): ConstDirectiveNode {
  const given = directive.arguments ?? [];
  return { ...directive, arguments: given.filter(({ name }) => name.value !== 'isInterfaceObject') };
}

function closed(directive: ConstDirectiveNode): ConstDirectiveNode {
  const given = directive.arguments ?? [];
  if (!given.some(({ name }) => name.value === 'key')) return directive;
  const resolvable = {
    kind: Kind.ARGUMENT as const,
    name: { kind: Kind.NAME as const, value: 'resolvable' },
    value: { kind: Kind.BOOLEAN as const, value: false },
  };
  return {
    ...directive,
    arguments: [...given.filter(({ name }) => name.value !== 'resolvable'), resolvable],
  };
}
