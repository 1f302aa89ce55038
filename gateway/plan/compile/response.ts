/** The shape of an answer: what the client's own selections make of each type, collected as types are met. */
import {
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import {
  type FieldShape,
  type Mask,
  type ObjectShape,
  type ResponseShape,
  showsNothing,
  type ValueShape,
} from '../../program.ts';
import type { Names } from '../clashes.ts';
import { denialsIn } from './denials.ts';
import type { KeptShapes } from './kept-shapes.ts';
import { leafOf } from './leaf.ts';

export interface ResponseOptions {
  readonly schema: GraphQLSchema;
  readonly names: Names;
  readonly includes: (node: SelectionNode) => boolean;
  /** Whether its part of the answer comes later. */
  readonly isLater: (node: SelectionNode) => boolean;
  /** The object types on which a selection is denied. */
  readonly denied: ReadonlyMap<FieldNode, ReadonlySet<string>>;
  /** Object types of which the caller may not know. */
  readonly hidden: ReadonlySet<string>;
  /** By coordinate. */
  readonly masks: ReadonlyMap<string, Mask>;
  readonly kept: KeptShapes;
}

export function compileResponse(
  set: SelectionSetNode,
  root: GraphQLCompositeType,
  options: ResponseOptions,
): ResponseShape {
  const denials = denialsIn(set, options);
  return Object.freeze({
    root: new SelectedObject([set], root, options),
    introspection: introspectionIn(set, options),
    denials,
    denialCharacters: denials.length === 0 ? 0 : JSON.stringify(denials).length,
    nameInAnswer: (name: string) => options.names.inAnswer(name),
    leavesOut: meetsHidden(set, root, options),
  });
}

/** Whether something hidden can stand where the operation looks. */
function meetsHidden(
  set: SelectionSetNode,
  root: GraphQLCompositeType,
  { schema, hidden }: ResponseOptions,
): boolean {
  if (hidden.size === 0) return false;
  let meets = false;
  const types = new TypeInfo(schema, root);
  const look = () => {
    const type = getNamedType(types.getType());
    const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    meets ||= possible.some((each) => each != null && hidden.has(each.name));
  };
  visit(set, visitWithTypeInfo(types, { Field: { enter: look } }));
  return meets;
}

function introspectionIn(set: SelectionSetNode, options: ResponseOptions): readonly FieldNode[] {
  return set.selections.flatMap((node) => {
    if (!options.includes(node)) return [];
    if (node.kind === Kind.INLINE_FRAGMENT) return introspectionIn(node.selectionSet, options);
    const isAsked =
      node.kind === Kind.FIELD && (node.name.value === '__schema' || node.name.value === '__type');
    return isAsked ? [node] : [];
  });
}

export function compileObject(
  sets: readonly SelectionSetNode[],
  type: GraphQLCompositeType,
  options: ResponseOptions,
): ObjectShape {
  return new SelectedObject(sets, type, options);
}

/** An object of the answer, whatever its type turns out to be. */
class SelectedObject implements ObjectShape {
  readonly #sets: readonly SelectionSetNode[];
  readonly type: string;
  readonly #type: GraphQLCompositeType;
  readonly #options: ResponseOptions;
  readonly #dependsOnType: boolean;
  readonly #byTypename = new Map<string | undefined, readonly FieldShape[] | 'hidden' | undefined>();

  constructor(sets: readonly SelectionSetNode[], type: GraphQLCompositeType, options: ResponseOptions) {
    this.#sets = sets;
    this.type = type.name;
    this.#type = type;
    this.#options = options;
    this.#dependsOnType = isAbstractType(type) && sets.some((set) => dependsOnType(set, type, options));
  }

  fieldsOf(typename: string | undefined): readonly FieldShape[] | 'hidden' | undefined {
    const known = this.#byTypename.get(typename);
    if (known !== undefined) return known;
    const type = this.#resolve(typename);
    // What no schema knows is not kept: a subgraph could send any number of names.
    if (type === undefined) return undefined;
    const { hidden, kept } = this.#options;
    const fields = hidden.has(type.name) ? 'hidden' : this.#collect(type);
    // There is one shape of a type that is not abstract; and of hidden types nothing to speak of.
    if (type === this.#type || fields === 'hidden' || kept.take(fields.length))
      this.#byTypename.set(typename, fields);
    return fields;
  }

  /** ResolveAbstractType (GraphQL §6.4.3); the abstract type itself where nothing depends on the object's. */
  #resolve(typename: string | undefined): GraphQLCompositeType | undefined {
    if (typename === undefined) return this.#dependsOnType ? undefined : this.#type;
    if (typename === this.#type.name) return this.#dependsOnType ? undefined : this.#type;
    const named = this.#options.schema.getType(typename);
    const fits =
      isAbstractType(this.#type) && isObjectType(named) && this.#options.schema.isSubType(this.#type, named);
    return fits ? named : undefined;
  }

  /** CollectFields (GraphQL §6.3.2). */
  #collect(type: GraphQLCompositeType): readonly FieldShape[] {
    const nodes = new Map<string, FieldNode[]>();
    for (const set of this.#sets) collectFields(set, type, { nodes, ...this.#options });
    return [...nodes].map(([name, group]) => ({
      name,
      from: group[0] === undefined ? name : this.#options.names.inReply(group[0]),
      key: `${JSON.stringify(name)}:`,
      value: fieldValue(group, type, this.#options),
    }));
  }
}

interface Collecting extends ResponseOptions {
  readonly nodes: Map<string, FieldNode[]>;
}

function collectFields(set: SelectionSetNode, type: GraphQLCompositeType, collecting: Collecting): void {
  for (const node of set.selections) {
    if (!collecting.includes(node) || collecting.isLater(node)) continue;
    if (node.kind === Kind.FIELD) {
      const name = (node.alias ?? node.name).value;
      const group = collecting.nodes.get(name);
      if (group === undefined) collecting.nodes.set(name, [node]);
      else group.push(node);
    } else if (
      node.kind === Kind.INLINE_FRAGMENT &&
      applies(node.typeCondition?.name.value, type, collecting.schema)
    ) {
      collectFields(node.selectionSet, type, collecting);
    }
  }
}

/** DoesFragmentTypeApply (GraphQL §6.3.2). */
function applies(condition: string | undefined, type: GraphQLCompositeType, schema: GraphQLSchema): boolean {
  if (condition === undefined || condition === type.name) return true;
  const conditional = schema.getType(condition);
  if (!isAbstractType(conditional) || !(isObjectType(type) || isInterfaceType(type))) return false;
  return schema.isSubType(conditional, type);
}

/** Whether what is answered of an object depends on which type it is of. */
function dependsOnType(
  { selections }: SelectionSetNode,
  type: GraphQLAbstractType,
  options: ResponseOptions,
): boolean {
  const types = options.masks.size === 0 ? [] : options.schema.getPossibleTypes(type);
  return selections.some(
    (node) =>
      options.includes(node) &&
      !options.isLater(node) &&
      (node.kind !== Kind.FIELD ||
        node.name.value === '__typename' ||
        options.denied.has(node) ||
        types.some(({ name }) => options.masks.has(`${name}.${node.name.value}`))),
  );
}

function fieldValue(
  nodes: readonly FieldNode[],
  parent: GraphQLCompositeType,
  options: ResponseOptions,
): ValueShape {
  const name = nodes[0]?.name.value ?? '';
  const isDenied = nodes.some((node) => options.denied.get(node)?.has(parent.name));
  if (name === '__typename') {
    return isDenied
      ? { kind: 'denied', nonNull: true }
      : { kind: 'constant', text: JSON.stringify(parent.name) };
  }
  const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
  if (field === undefined) return { kind: 'introspection' };
  if (isDenied) return { kind: 'denied', nonNull: isNonNullType(field.type) };
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const named = getNamedType(field.type);
  const object = isCompositeType(named) ? new SelectedObject(sets, named, options) : undefined;
  return valueShape(field.type, object, options.masks.get(`${parent.name}.${name}`));
}

function valueShape(
  type: GraphQLOutputType,
  object: ObjectShape | undefined,
  mask: Mask | undefined,
): ValueShape {
  const nonNull = isNonNullType(type);
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (mask === showsNothing) return { kind: 'leaf', nonNull, leaf: { kind: 'custom' }, mask };
  if (isListType(nullable)) return { kind: 'list', nonNull, of: valueShape(nullable.ofType, object, mask) };
  if (object !== undefined) return { kind: 'object', nonNull, object };
  return { kind: 'leaf', nonNull, leaf: leafOf(nullable), mask };
}
