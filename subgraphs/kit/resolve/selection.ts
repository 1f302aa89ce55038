/** What a request selects below a field, so that only this is read. */
import {
  type FieldNode,
  type GraphQLDirective,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  Kind,
  type SelectionNode,
} from 'graphql';

/** The fields selected on one concrete type, by name; aliases of a field are several nodes. */
export type Selection = ReadonlyMap<string, readonly FieldNode[]>;

/** GraphQL §6.3.2 CollectFields for an object of `type`, below `nodes`. */
export function selectionOf(info: GraphQLResolveInfo, nodes: readonly FieldNode[], type: string): Selection {
  const found = new Map<string, FieldNode[]>();
  const visit = (selections: readonly SelectionNode[]): void => {
    for (const node of selections) {
      if (!isIncluded(info, node)) continue;
      if (node.kind === Kind.FIELD) {
        const name = node.name.value;
        found.set(name, [...(found.get(name) ?? []), node]);
        continue;
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : info.fragments[node.name.value];
      const condition = fragment?.typeCondition?.name.value;
      if (fragment !== undefined && applies(info, condition, type)) visit(fragment.selectionSet.selections);
    }
  };
  for (const node of nodes) visit(node.selectionSet?.selections ?? []);
  return found;
}

/** GraphQL §6.3.2.1 DoesFragmentTypeApply. */
function applies({ schema }: GraphQLResolveInfo, condition: string | undefined, type: string): boolean {
  if (condition === undefined || condition === type) return true;
  const [abstract, concrete] = [schema.getType(condition), schema.getType(type)];
  if (!isAbstractType(abstract)) return false;
  return schema.getPossibleTypes(abstract).some((possible) => possible === concrete);
}

function isIncluded({ variableValues }: GraphQLResolveInfo, node: SelectionNode): boolean {
  const value = (directive: GraphQLDirective): unknown =>
    getDirectiveValues(directive, node, variableValues)?.['if'];
  return value(GraphQLSkipDirective) !== true && value(GraphQLIncludeDirective) !== false;
}

/** Nodes of the rows of a connection: below `nodes` and below `edges.node`. */
export function rowNodes(info: GraphQLResolveInfo, connection: string, edge: string): readonly FieldNode[] {
  const selected = selectionOf(info, info.fieldNodes, connection);
  const edges = selectionOf(info, selected.get('edges') ?? [], edge);
  return [...(selected.get('nodes') ?? []), ...(edges.get('node') ?? [])];
}

/** Remembers per field of a running request: siblings in a list share their nodes, however many they are. */
export class FieldMemo<Value> {
  readonly #known = new WeakMap<readonly FieldNode[], Map<string, Value>>();

  of({ fieldNodes }: GraphQLResolveInfo, variant: string, compute: () => Value): Value {
    const variants = this.#known.get(fieldNodes) ?? new Map<string, Value>();
    this.#known.set(fieldNodes, variants);
    const value = variants.get(variant) ?? compute();
    variants.set(variant, value);
    return value;
  }
}
