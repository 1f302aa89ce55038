/** Takes what is denied out of an operation. What is left is all that the planner, and so any subgraph, ever sees. */
import type { MaskRule } from '@portcullis/policies/engine/rule';
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { ClientError } from '../errors.ts';
import { narrow, type PossibleTypes, type Visibility } from './visibility.ts';

/** The object types on which each denied selection is denied. */
export type Denials = ReadonlyMap<FieldNode, ReadonlySet<string>>;

export interface Rewritten {
  readonly definition: OperationDefinitionNode;
  readonly denied: Denials;
  /** Coordinates of the fields that are left, by the object types that they are left on. */
  readonly fields: ReadonlySet<string>;
  /** By the coordinate of an object type's field. */
  readonly masked: ReadonlyMap<string, MaskRule>;
}

export interface RewriteOptions {
  readonly schema: GraphQLSchema;
  readonly visibility: Visibility;
  /** Selections that are denied because of what their arguments use. */
  readonly deniedArguments: Denials;
}

/** Conditions (`@skip`, `@include`) have no say: a decision must hold for every value of a variable. */
export function rewrite(definition: OperationDefinitionNode, options: RewriteOptions): Rewritten {
  const root = options.schema.getRootType(definition.operation);
  if (!root) throw new TypeError('validation let an operation without a root type pass');
  const rewriter = new Rewriter(options);
  const selections = rewriter.selections(definition.selectionSet, {
    type: root,
    types: { visible: new Set([root.name]), hidden: new Set() },
    isRoot: true,
  });
  const left = { ...definition, selectionSet: selectionSet(selections) };
  // Before anything walks it: what is shared in it is walked wherever it stands.
  if (sizeOf(left.selectionSet) > mostSelections) {
    const message = `the operation takes more than ${mostSelections} selections where types are told apart`;
    throw new ClientError('COST_LIMIT', message);
  }
  const { denied, fields, masked } = rewriter;
  return { definition: withUsedVariables(left), denied, fields, masked };
}

/** An interface of many types, of which one is denied, has a selection for each other type, at each level. */
const mostSelections = 10_000;

function sizeOf(set: SelectionSetNode, known = new Map<SelectionSetNode, number>()): number {
  const found = known.get(set);
  if (found !== undefined) return found;
  let size = 0;
  for (const node of set.selections) {
    const below = node.kind === Kind.FRAGMENT_SPREAD ? undefined : node.selectionSet;
    size += 1 + (below === undefined ? 0 : sizeOf(below, known));
  }
  known.set(set, size);
  return size;
}

/** Where a selection set stands: its type in the schema, and the object types that can really be there. */
interface Scope {
  readonly type: GraphQLCompositeType;
  readonly types: PossibleTypes;
  readonly isRoot: boolean;
}

class Rewriter {
  readonly denied = new Map<FieldNode, Set<string>>();
  readonly fields = new Set<string>();
  readonly masked = new Map<string, MaskRule>();
  readonly #schema: GraphQLSchema;
  readonly #visibility: Visibility;
  readonly #deniedArguments: Denials;
  /** What is left of a field depends on the type that it returns alone, whichever types it is selected on. */
  readonly #left = new Map<FieldNode, Map<GraphQLCompositeType, FieldNode>>();

  constructor({ schema, visibility, deniedArguments }: RewriteOptions) {
    this.#schema = schema;
    this.#visibility = visibility;
    this.#deniedArguments = deniedArguments;
  }

  selections(set: SelectionSetNode, scope: Scope): readonly SelectionNode[] {
    return set.selections.flatMap((node) => {
      if (node.kind === Kind.FIELD) return this.#field(node, scope);
      return node.kind === Kind.INLINE_FRAGMENT ? this.#inlineFragment(node, scope) : [];
    });
  }

  #inlineFragment(node: InlineFragmentNode, scope: Scope): readonly SelectionNode[] {
    const condition = node.typeCondition && this.#schema.getType(node.typeCondition.name.value);
    const within = isCompositeType(condition)
      ? { ...scope, type: condition, types: narrow(scope.types, this.#visibility.possibleTypes(condition)) }
      : scope;
    const selections = this.selections(node.selectionSet, within);
    return selections.length === 0 ? [] : [{ ...node, selectionSet: selectionSet(selections) }];
  }

  #field(node: FieldNode, { type, types, isRoot }: Scope): readonly SelectionNode[] {
    if (types.visible.size === 0) {
      this.#deny(node, types.hidden);
      return [];
    }
    const name = node.name.value;
    // `__schema`, `__type` and the root's `__typename` are answered here; no subgraph is asked for them.
    if (name.startsWith('__')) return isRoot ? [] : [node];
    const allowed = [...types.visible].filter((each) => this.#allows(each, node));
    this.#deny(node, types.visible, new Set(allowed));
    for (const each of allowed) this.#keep(`${each}.${name}`);
    if (allowed.length === types.visible.size) return [this.#kept(node, type)];
    return allowed.map((each) => onType(each, this.#kept(node, this.#schema.getType(each))));
  }

  #allows(type: string, node: FieldNode): boolean {
    if (!this.#visibility.allows(`${type}.${node.name.value}`)) return false;
    if (this.#deniedArguments.get(node)?.has(type)) return false;
    const returned = this.#returnType(this.#schema.getType(type), node);
    if (returned === undefined) return true;
    // Of an object there is no other form than what is allowed of its fields.
    if (this.#visibility.maskOf(`${type}.${node.name.value}`) !== undefined) return false;
    return this.#visibility.possibleTypes(returned).visible.size > 0;
  }

  #keep(coordinate: string): void {
    this.fields.add(coordinate);
    const rule = this.#visibility.maskOf(coordinate);
    if (rule !== undefined) this.masked.set(coordinate, rule);
  }

  #kept(node: FieldNode, parent: unknown): FieldNode {
    const type = this.#returnType(parent, node);
    if (type === undefined || node.selectionSet === undefined) return node;
    const known = this.#left.get(node) ?? new Map<GraphQLCompositeType, FieldNode>();
    this.#left.set(node, known);
    const left = known.get(type) ?? this.#leftOf(node, node.selectionSet, type);
    known.set(type, left);
    return left;
  }

  #leftOf(node: FieldNode, set: SelectionSetNode, type: GraphQLCompositeType): FieldNode {
    const types = this.#visibility.possibleTypes(type);
    const selections = this.selections(set, { type, types, isRoot: false });
    // That there is an object may be known although nothing that was asked of it is allowed.
    if (selections.length === 0) return { ...node, selectionSet: selectionSet([typename]) };
    const typed = isAbstractType(type) && (types.hidden.size > 0 || this.#dependsOnType(set, types));
    return { ...node, selectionSet: selectionSet(typed ? withTypename(selections) : selections) };
  }

  /** Whether what is answered of an object depends on which type it is of. */
  #dependsOnType({ selections }: SelectionSetNode, { visible }: PossibleTypes): boolean {
    return selections.some(
      (node) =>
        node.kind !== Kind.FIELD ||
        node.name.value === '__typename' ||
        this.denied.has(node) ||
        [...visible].some((type) => this.masked.has(`${type}.${node.name.value}`)),
    );
  }

  /** The composite type that the field returns on `parent`, if it does. */
  #returnType(parent: unknown, node: FieldNode): GraphQLCompositeType | undefined {
    if (!isObjectType(parent) && !isInterfaceType(parent)) return undefined;
    const field = parent.getFields()[node.name.value];
    const type = field && getNamedType(field.type);
    return isCompositeType(type) ? type : undefined;
  }

  #deny(node: FieldNode, types: ReadonlySet<string>, except: ReadonlySet<string> = new Set()): void {
    const denied = [...types].filter((type) => !except.has(type));
    if (denied.length === 0) return;
    this.denied.set(node, new Set([...(this.denied.get(node) ?? []), ...denied]));
  }
}

/**
 * Unaliased: no document gives this response name to another field (`parse` refuses that), so it is the type wherever it
 * stands, and whether the client asked for it is `shape`'s to know.
 */
const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

function withTypename(selections: readonly SelectionNode[]): readonly SelectionNode[] {
  const isTypename = (node: SelectionNode) =>
    node.kind === Kind.FIELD && node.name.value === '__typename' && !node.alias;
  return [typename, ...selections.filter((node) => !isTypename(node))];
}

function onType(type: string, node: FieldNode): InlineFragmentNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
    directives: [],
    selectionSet: selectionSet([node]),
  };
}

function selectionSet(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections };
}

/** A variable that only denied selections used is sent to nobody. */
function withUsedVariables(definition: OperationDefinitionNode): OperationDefinitionNode {
  const used = new Set<string>();
  visit(definition.selectionSet, { Variable: { enter: (node) => void used.add(node.name.value) } });
  const variableDefinitions = definition.variableDefinitions?.filter(({ variable }) =>
    used.has(variable.name.value),
  );
  return { ...definition, ...(variableDefinitions && { variableDefinitions }) };
}
