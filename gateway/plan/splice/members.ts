/** What a reply says of an object of one type, in the order in which it says it. */
import { Kind, type SelectionSetNode } from 'graphql';

/** By response name. */
export type Members = ReadonlyMap<string, Member>;

export interface Member {
  /** The field's own name. */
  readonly field: string;
  /** None for leaves. */
  readonly below: readonly SelectionSetNode[];
}

/** CollectFields (GraphQL §6.3.2), on a fetch's selections, which have neither conditions nor spreads. */
export function membersOf(
  sets: readonly SelectionSetNode[],
  meets: (condition: string | undefined) => boolean,
): Members {
  const members = new Map<string, { readonly field: string; readonly below: SelectionSetNode[] }>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const node of selections) {
      if (node.kind === Kind.INLINE_FRAGMENT && meets(node.typeCondition?.name.value))
        collect(node.selectionSet);
      if (node.kind !== Kind.FIELD) continue;
      const name = (node.alias ?? node.name).value;
      const member = members.get(name) ?? { field: node.name.value, below: [] };
      if (node.selectionSet !== undefined) member.below.push(node.selectionSet);
      members.set(name, member);
    }
  };
  sets.forEach(collect);
  return members;
}
