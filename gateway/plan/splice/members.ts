/** What a reply says of an object of one type, in the order in which it says it. */
import { Kind, type SelectionSetNode } from 'graphql';

/** By response name, with the selections below it; none for leaves. */
export type Members = ReadonlyMap<string, readonly SelectionSetNode[]>;

/** CollectFields (GraphQL §6.3.2), on a fetch's selections, which have neither conditions nor spreads. */
export function membersOf(
  sets: readonly SelectionSetNode[],
  meets: (condition: string | undefined) => boolean,
): Members {
  const members = new Map<string, SelectionSetNode[]>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const node of selections) {
      if (node.kind === Kind.INLINE_FRAGMENT && meets(node.typeCondition?.name.value))
        collect(node.selectionSet);
      if (node.kind !== Kind.FIELD) continue;
      const name = (node.alias ?? node.name).value;
      const below = members.get(name) ?? [];
      if (node.selectionSet !== undefined) below.push(node.selectionSet);
      members.set(name, below);
    }
  };
  sets.forEach(collect);
  return members;
}
