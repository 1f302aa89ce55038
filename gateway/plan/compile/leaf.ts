/** What a leaf's value has to be, by its type. */
import { type GraphQLOutputType, getNamedType, isEnumType } from 'graphql';
import type { Leaf } from '../../program.ts';

const builtIn: ReadonlySet<string> = new Set(['Int', 'Float', 'String', 'Boolean', 'ID']);

export function leafOf(type: GraphQLOutputType): Leaf {
  if (isEnumType(type)) return { kind: 'enum', values: new Set(type.getValues().map(({ name }) => name)) };
  const { name } = getNamedType(type);
  return { kind: builtIn.has(name) ? (name as 'Int') : 'custom' };
}
