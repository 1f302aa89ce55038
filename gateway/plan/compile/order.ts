/**
 * Puts the selections of a fetch in the order in which the client selected them, what only joins need first. The answer's
 * parts then stand in the reply as they have to stand in the answer (GraphQL §7.2.2: fields come in the order of selection).
 */
import {
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

export interface OrderOptions {
  readonly schema: GraphQLSchema;
  /** The type of the objects selected on; undefined: entities. */
  readonly type: string | undefined;
  /** The client's selections at the same place. */
  readonly wanted: readonly SelectionSetNode[];
}

export function inClientOrder(set: SelectionSetNode, options: OrderOptions): SelectionSetNode {
  const wanted = new Map<string, SelectionSetNode[]>();
  for (const each of options.wanted) collect(each, wanted);
  const places = new Map([...wanted.keys()].map((name, place) => [name, place]));
  const named = options.type === undefined ? undefined : options.schema.getType(options.type);
  const placeOf = (node: SelectionNode): number => {
    if (node.kind !== Kind.FIELD) return Number.MAX_SAFE_INTEGER;
    const name = (node.alias ?? node.name).value;
    // Before anything that depends on it can be read.
    if (name === '__typename' && !isObjectType(named)) return -2;
    return places.get(name) ?? -1;
  };
  const selections = set.selections.map((node) => ordered(node, options, wanted));
  return { ...set, selections: selections.sort((one, other) => placeOf(one) - placeOf(other)) };
}

function ordered(
  node: SelectionNode,
  { schema, type, wanted }: OrderOptions,
  below: ReadonlyMap<string, readonly SelectionSetNode[]>,
): SelectionNode {
  if (node.kind === Kind.INLINE_FRAGMENT) {
    const within = { schema, type: node.typeCondition?.name.value ?? type, wanted };
    return { ...node, selectionSet: inClientOrder(node.selectionSet, within) };
  }
  if (node.kind !== Kind.FIELD || node.selectionSet === undefined) return node;
  const within = {
    schema,
    type: fieldType(schema, type, node),
    wanted: below.get((node.alias ?? node.name).value) ?? [],
  };
  return { ...node, selectionSet: inClientOrder(node.selectionSet, within) };
}

export function fieldType(
  schema: GraphQLSchema,
  parent: string | undefined,
  { name }: FieldNode,
): string | undefined {
  const type = parent === undefined ? undefined : schema.getType(parent);
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
  const field = type.getFields()[name.value];
  return field && getNamedType(field.type).name;
}

export function isAbstract(schema: GraphQLSchema, type: string | undefined): boolean {
  const named = type === undefined ? undefined : schema.getType(type);
  return !isCompositeType(named) || isAbstractType(named);
}

/** The selections below each response name, in the order of the first that has it. */
function collect(set: SelectionSetNode, below: Map<string, SelectionSetNode[]>): void {
  for (const node of set.selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet, below);
    if (node.kind !== Kind.FIELD) continue;
    const name = (node.alias ?? node.name).value;
    const sets = below.get(name) ?? [];
    if (node.selectionSet !== undefined) sets.push(node.selectionSet);
    below.set(name, sets);
  }
}

/** The client's selections at the place of a site. */
export function selectionsAt(set: SelectionSetNode, path: readonly string[]): readonly SelectionSetNode[] {
  let sets: readonly SelectionSetNode[] = [set];
  for (const step of path) {
    if (step === '@') continue;
    sets = sets.flatMap((each) => below(each).get(step) ?? []);
  }
  return sets;
}

/** Each site begins at the root again, and an operation can have as many sites as selections. */
const memory = new WeakMap<SelectionSetNode, ReadonlyMap<string, readonly SelectionSetNode[]>>();

function below(set: SelectionSetNode): ReadonlyMap<string, readonly SelectionSetNode[]> {
  const known = memory.get(set);
  if (known !== undefined) return known;
  const found = new Map<string, SelectionSetNode[]>();
  collect(set, found);
  memory.set(set, found);
  return found;
}
