/** What a mask leaves of a field, which depends on its type: the gateway shows null rather than a value of another one. */
import type { Coordinate, Supergraph } from '@portcullis/schema/supergraph/supergraph';
import {
  type GraphQLField,
  getNamedType,
  getNullableType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isObjectType,
} from 'graphql';
import type { MaskRule } from '../rule.ts';

export type MaskFit =
  | 'fits'
  /** A text: what is a date has a masked form, and whatever is none becomes null. */
  | 'dates'
  /** Every value becomes null, be it meant (`@mask("null")`) or not. */
  | 'null'
  /** What returns an object has no masked form, and is denied. */
  | 'denied';

export interface Leaf {
  readonly name: string;
  readonly isEnum: boolean;
  /** In a list: or what is in it. */
  readonly isNonNull: boolean;
  readonly isList: boolean;
}

/** Undefined for what is no output field with a leaf type. */
export function leafOf(supergraph: Supergraph, coordinate: Coordinate): Leaf | undefined {
  const field = outputFieldOf(supergraph, coordinate);
  const named = field && getNamedType(field.type);
  if (field === undefined || !isLeafType(named)) return undefined;
  return {
    name: named.name,
    isEnum: isEnumType(named),
    isNonNull: String(field.type).includes('!'),
    isList: isListType(getNullableType(field.type)),
  };
}

/** The name of the type of its values, or of what is in its list. */
export function typeNameOf(supergraph: Supergraph, coordinate: Coordinate): string {
  const field = outputFieldOf(supergraph, coordinate);
  return field === undefined ? '' : getNamedType(field.type).name;
}

/** Undefined for what is no output field: it has no value to mask. */
export function maskFitOf(
  mask: MaskRule,
  supergraph: Supergraph,
  coordinate: Coordinate,
): MaskFit | undefined {
  if (outputFieldOf(supergraph, coordinate) === undefined) return undefined;
  const leaf = leafOf(supergraph, coordinate);
  return leaf === undefined ? 'denied' : fitOf(mask, leaf);
}

const texts = ['String', 'ID'];
const integers = ['Int', 'Long'];
const fractions = ['Float', 'Decimal'];
const times = ['Date', 'DateTime'];

function fitOf({ kind, parameter }: MaskRule, { name }: Leaf): MaskFit {
  switch (kind) {
    case 'null':
      return 'null';
    case 'redact':
    case 'hash':
    case 'last':
    case 'first':
      return texts.includes(name) ? 'fits' : 'null';
    case 'date':
      return times.includes(name) ? 'fits' : name === 'String' ? 'dates' : 'null';
    case 'round':
      // To round an integer to ones takes nothing away.
      return fractions.includes(name) || (integers.includes(name) && parameter !== '1') ? 'fits' : 'null';
  }
}

function outputFieldOf(
  { composed }: Supergraph,
  coordinate: Coordinate,
): GraphQLField<unknown, unknown> | undefined {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = composed.getType(typeName);
  if (!(isObjectType(type) || isInterfaceType(type))) return undefined;
  const fields = type.getFields();
  return Object.hasOwn(fields, fieldName) ? fields[fieldName] : undefined;
}
