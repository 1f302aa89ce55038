/** The type of a field, unwrapped, and what it is stored as. */
import { type FieldDefinitionNode, Kind, type TypeNode } from 'graphql';
import { type ScalarName, scalarNames } from './domain.ts';
import type { Source } from './source.ts';

export interface FieldType {
  readonly name: string;
  readonly nonNull: boolean;
  readonly list: boolean;
}

export function fieldType(field: FieldDefinitionNode): FieldType {
  let type: TypeNode = field.type;
  let list = false;
  while (type.kind !== Kind.NAMED_TYPE) {
    list ||= type.kind === Kind.LIST_TYPE;
    type = type.type;
  }
  return { name: type.name.value, nonNull: field.type.kind === Kind.NON_NULL_TYPE, list };
}

/** The scalar that a value of the named type is stored as; `undefined` for anything that cannot be a column. */
export function scalarOf(source: Source, type: string): ScalarName | undefined {
  if (source.enums.has(type)) return 'String';
  return scalarNames.find((scalar) => scalar === type);
}
