/** Data products by whose they are: composition does not keep which subgraph has stated what. */
import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql';
import type { AccessNames } from './names.ts';

/** `@product(name: "plays")` of the subgraph audience is `@product(name: "audience.plays")` in the supergraph. */
export function withProductsOf(
  subgraph: string,
  document: DocumentNode,
  { directives: names }: AccessNames,
): DocumentNode {
  const qualified = (node: ConstDirectiveNode): ConstDirectiveNode =>
    names.get(node.name.value) === 'product' ? { ...node, arguments: argumentsOf(node, subgraph) } : node;
  return {
    ...document,
    definitions: document.definitions.map((node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION
        ? { ...node, directives: node.directives?.map(qualified) ?? [] }
        : node,
    ),
  };
}

function argumentsOf({ arguments: given }: ConstDirectiveNode, subgraph: string) {
  return (given ?? []).map((argument) => {
    const { name, value } = argument;
    if (name.value !== 'name' || value.kind !== Kind.STRING) return argument;
    return { ...argument, value: { ...value, value: `${subgraph}.${value.value}` } };
  });
}
