/** Takes what is denied out of an operation. What is left is all that the planner, and so any subgraph, ever sees. */
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
import { type Access, narrow, type PossibleTypes } from './access.ts';

/** The object types on which each denied selection is denied. */
export type Denials = ReadonlyMap<FieldNode, ReadonlySet<string>>;

export interface Rewritten {
  readonly definition: OperationDefinitionNode;
  readonly denied: Denials;
}

export interface RewriteOptions {
  readonly schema: GraphQLSchema;
  readonly access: Access;
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
  return { definition: withUsedVariables(left), denied: rewriter.denied };
}

/** Where a selection set stands: its type in the schema, and the object types that can really be there. */
interface Scope {
  readonly type: GraphQLCompositeType;
  readonly types: PossibleTypes;
  readonly isRoot: boolean;
}

class Rewriter {
  readonly denied = new Map<FieldNode, Set<string>>();
  readonly #schema: GraphQLSchema;
  readonly #access: Access;
  readonly #deniedArguments: Denials;

  constructor({ schema, access, deniedArguments }: RewriteOptions) {
    this.#schema = schema;
    this.#access = access;
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
      ? { ...scope, type: condition, types: narrow(scope.types, this.#access.possibleTypes(condition)) }
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
    if (allowed.length === types.visible.size) return [this.#kept(node, type)];
    return allowed.map((each) => onType(each, this.#kept(node, this.#schema.getType(each))));
  }

  #allows(type: string, node: FieldNode): boolean {
    if (!this.#access.allows(`${type}.${node.name.value}`)) return false;
    if (this.#deniedArguments.get(node)?.has(type)) return false;
    const returned = this.#returnType(this.#schema.getType(type), node);
    return returned === undefined || this.#access.possibleTypes(returned).visible.size > 0;
  }

  #kept(node: FieldNode, parent: unknown): FieldNode {
    const type = this.#returnType(parent, node);
    if (type === undefined || node.selectionSet === undefined) return node;
    const types = this.#access.possibleTypes(type);
    const selections = this.selections(node.selectionSet, { type, types, isRoot: false });
    // That there is an object may be known although nothing that was asked of it is allowed.
    if (selections.length === 0) return { ...node, selectionSet: selectionSet([typename]) };
    const typed = isAbstractType(type) && (types.hidden.size > 0 || this.#dependsOnType(node.selectionSet));
    return { ...node, selectionSet: selectionSet(typed ? withTypename(selections) : selections) };
  }

  /** Whether what is answered of an object depends on which type it is of. */
  #dependsOnType({ selections }: SelectionSetNode): boolean {
    return selections.some(
      (node) => node.kind !== Kind.FIELD || node.name.value === '__typename' || this.denied.has(node),
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
