/** Which fields an object has in the answer: those of the client's own operation, collected once for each type. */
import {
  type FieldNode,
  type GraphQLCompositeType,
  GraphQLIncludeDirective,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { DeniedField } from '../request.ts';

/** All selections of one response name on one type. */
export interface Entry {
  readonly responseName: string;
  readonly fieldName: string;
  readonly nodes: readonly FieldNode[];
  /** Undefined for the meta-fields. */
  readonly type: GraphQLOutputType | undefined;
  readonly denied: boolean;
  /** Its own entries by type, filled as types are met. */
  readonly below: Map<string, readonly Entry[]>;
}

export interface SelectionsOptions {
  readonly schema: GraphQLSchema;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly denied: readonly DeniedField[];
}

export class Selections {
  readonly schema: GraphQLSchema;
  readonly #variables: { readonly [name: string]: unknown };
  readonly #denied: ReadonlyMap<FieldNode, ReadonlySet<string>>;

  constructor({ schema, variables, denied }: SelectionsOptions) {
    this.schema = schema;
    this.#variables = variables;
    this.#denied = new Map(denied.map(({ selection, types }) => [selection, types]));
  }

  /** CollectFields (GraphQL §6.3.2). */
  entriesOf(sets: readonly SelectionSetNode[], type: GraphQLCompositeType): readonly Entry[] {
    const nodes = new Map<string, FieldNode[]>();
    for (const set of sets) this.#collect(set, type, nodes);
    return [...nodes].map(([responseName, group]) => this.#entry(responseName, group, type));
  }

  entriesBelow({ nodes, below }: Entry, type: GraphQLCompositeType): readonly Entry[] {
    const known = below.get(type.name);
    if (known !== undefined) return known;
    const sets = nodes.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));
    const entries = this.entriesOf(sets, type);
    below.set(type.name, entries);
    return entries;
  }

  /** `@skip` and `@include` (GraphQL §3.13). */
  includes(node: SelectionNode): boolean {
    if (node.directives === undefined || node.directives.length === 0) return true;
    const skip = getDirectiveValues(GraphQLSkipDirective, node, this.#variables);
    const include = getDirectiveValues(GraphQLIncludeDirective, node, this.#variables);
    return skip?.['if'] !== true && include?.['if'] !== false;
  }

  /** On any type. */
  denies(node: FieldNode): boolean {
    return this.#denied.has(node);
  }

  #collect(set: SelectionSetNode, type: GraphQLCompositeType, nodes: Map<string, FieldNode[]>): void {
    for (const node of set.selections) {
      if (!this.includes(node)) continue;
      if (node.kind === Kind.FIELD) {
        const responseName = (node.alias ?? node.name).value;
        const group = nodes.get(responseName);
        if (group === undefined) nodes.set(responseName, [node]);
        else group.push(node);
      } else if (node.kind === Kind.INLINE_FRAGMENT && this.#applies(node.typeCondition?.name.value, type)) {
        this.#collect(node.selectionSet, type, nodes);
      }
    }
  }

  /** DoesFragmentTypeApply (GraphQL §6.3.2). */
  #applies(condition: string | undefined, type: GraphQLCompositeType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const conditional = this.schema.getType(condition);
    if (!isAbstractType(conditional) || !(isObjectType(type) || isInterfaceType(type))) return false;
    return this.schema.isSubType(conditional, type);
  }

  #entry(responseName: string, nodes: readonly FieldNode[], parent: GraphQLCompositeType): Entry {
    const fieldName = nodes[0]?.name.value ?? responseName;
    const hasFields = isObjectType(parent) || isInterfaceType(parent);
    return {
      responseName,
      fieldName,
      nodes,
      type: hasFields ? parent.getFields()[fieldName]?.type : undefined,
      denied: nodes.some((node) => this.#denied.get(node)?.has(parent.name)),
      below: new Map(),
    };
  }
}
