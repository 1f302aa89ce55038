/** The types of a supergraph's SDL that have fields, before it is a schema. */
import {
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';

export type OutputDefinition = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export function isOutputDefinition(
  definition: DocumentNode['definitions'][number],
): definition is OutputDefinition {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
  );
}

export function outputDefinitions(document: DocumentNode): ReadonlyMap<string, OutputDefinition> {
  const types = new Map<string, OutputDefinition>();
  for (const each of document.definitions) if (isOutputDefinition(each)) types.set(each.name.value, each);
  return types;
}

export function typeNameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : typeNameOf(type.type);
}

/** Names of subgraphs by the values of the join spec's `Graph` enum: each has `@join__graph(name:, url:)`. */
export function subgraphNames(document: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION) continue;
    for (const { name, directives = [] } of definition.values ?? []) {
      for (const { arguments: given = [] } of directives) {
        const value = given.find((argument) => argument.name.value === 'name')?.value;
        const isGraph = given.some((argument) => argument.name.value === 'url');
        if (isGraph && value?.kind === Kind.STRING) names.set(name.value, value.value);
      }
    }
  }
  return names;
}

/** Types that set a context: `@context(name:)`, whatever name the directive goes by. */
export function typesWithContext(document: DocumentNode, context: string): readonly string[] {
  return document.definitions.flatMap((definition) => {
    if (!isOutputDefinition(definition) && definition.kind !== Kind.UNION_TYPE_DEFINITION) return [];
    const sets = (definition.directives ?? []).some(({ arguments: given = [] }) =>
      given.some(
        ({ name, value }) => name.value === 'name' && value.kind === Kind.STRING && value.value === context,
      ),
    );
    return sets ? [definition.name.value] : [];
  });
}
