/** What the SDL of a subgraph says of its object types, as far as serving them takes. */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
} from 'graphql';

export interface FieldDefinition {
  readonly name: string;
  /** Served elsewhere; here it is given as required, or provided. */
  readonly isExternal: boolean;
}

export interface TypeDefinition {
  readonly name: string;
  readonly isInterfaceObject: boolean;
  readonly fields: readonly FieldDefinition[];
  /** Top-level fields of each key. */
  readonly keys: readonly (readonly string[])[];
}

export interface SubgraphDefinition {
  readonly types: readonly TypeDefinition[];
  /** Keys of interfaces. */
  readonly interfaces: readonly Pick<TypeDefinition, 'name' | 'keys'>[];
  /** Names in any `@provides`. */
  readonly provided: ReadonlySet<string>;
}

export function readDefinition(sdl: string): SubgraphDefinition {
  const { definitions } = parse(sdl);
  const objects = definitions.filter(isObject);
  const provided = objects.flatMap(({ fields = [] }) =>
    fields.flatMap(({ directives }) => fieldSets('provides', directives)),
  );
  return {
    types: objects.map(typeOf),
    interfaces: definitions.flatMap((each) =>
      each.kind === Kind.INTERFACE_TYPE_DEFINITION
        ? [{ name: each.name.value, keys: keysOf(each.directives) }]
        : [],
    ),
    provided: new Set(provided.flatMap((set) => set.match(/\w+/g) ?? [])),
  };
}

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

function isObject(node: DefinitionNode): node is ObjectNode {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION;
}

function typeOf({ name, directives, fields = [] }: ObjectNode): TypeDefinition {
  const keys = keysOf(directives);
  // Federation 1 marks the keys of extensions as external; they are served all the same.
  const inKeys = new Set(fieldSets('key', directives).flatMap((set) => set.match(/\w+/g) ?? []));
  return {
    name: name.value,
    isInterfaceObject: has('interfaceObject', directives),
    fields: fields.map((field) => ({
      name: field.name.value,
      isExternal:
        !inKeys.has(field.name.value) && (has('external', directives) || has('external', field.directives)),
    })),
    keys,
  };
}

function keysOf(directives: readonly ConstDirectiveNode[] | undefined): readonly (readonly string[])[] {
  return fieldSets('key', directives).map(topLevel);
}

/** `id organization { id }` → `id`, `organization`. */
function topLevel(set: string): readonly string[] {
  const flat = set.replaceAll(/\{[^{}]*\}/g, ' ');
  return flat === set ? (set.match(/\w+/g) ?? []) : topLevel(flat);
}

function fieldSets(name: string, directives: readonly ConstDirectiveNode[] = []): readonly string[] {
  return directives
    .filter((directive) => directive.name.value === name)
    .flatMap(({ arguments: given = [] }) =>
      given.flatMap(({ value }) => (value.kind === Kind.STRING ? [value.value] : [])),
    );
}

function has(name: string, directives: readonly ConstDirectiveNode[] = []): boolean {
  return directives.some((directive) => directive.name.value === name);
}
