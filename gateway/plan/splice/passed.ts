/** What a reply says beside the answer: other subgraphs are asked by it, so it has to be what the schema says. */
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import {
  type GraphQLOutputType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { ScanValue } from '../../program.ts';
import { leafOf } from '../compile/leaf.ts';
import { onlyTree } from './only-tree.ts';

export interface PassedMember {
  /** The field's own name. */
  readonly asked: string;
  /** The object's. */
  readonly type: string;
}

export function passedValue({ asked, type }: PassedMember, { composed }: Supergraph): ScanValue {
  if (asked === '__typename') return { kind: 'typename', text: JSON.stringify(type) };
  const parent = composed.getType(type);
  const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[asked] : undefined;
  if (field === undefined || !isLeafType(getNamedType(field.type))) throw onlyTree;
  return scanned(field.type);
}

function scanned(type: GraphQLOutputType): ScanValue {
  const nonNull = isNonNullType(type);
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) return { kind: 'list', nonNull, of: scanned(nullable.ofType) };
  return { kind: 'leaf', nonNull, leaf: leafOf(nullable), mask: undefined };
}
