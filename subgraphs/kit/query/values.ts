/** Checks values that no GraphQL type has coerced: those of cursors and of entity representations. */
import {
  GraphQLBoolean,
  GraphQLError,
  GraphQLID,
  GraphQLInt,
  type GraphQLScalarType,
  GraphQLString,
} from 'graphql';
import type { ScalarName } from '../model/domain.ts';
import { DateScalar, DateTimeScalar, DecimalScalar, LongScalar } from '../scalars/scalars.ts';

const scalarTypes: ReadonlyMap<ScalarName, GraphQLScalarType> = new Map<ScalarName, GraphQLScalarType>([
  ['ID', GraphQLID],
  ['String', GraphQLString],
  ['Boolean', GraphQLBoolean],
  ['Int', GraphQLInt],
  ['Long', LongScalar],
  ['Decimal', DecimalScalar],
  ['DateTime', DateTimeScalar],
  ['Date', DateScalar],
]);

/** Floats that PostgreSQL reads and JavaScript writes, `NaN` and the infinities included. */
const floatText = /^(?:-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|NaN|-?Infinity)$/;

/** Whether the text of a cursor is a value of the scalar, as PostgreSQL will read it. */
export function isValueOf(scalar: ScalarName, text: string): boolean {
  if (scalar === 'Float') return floatText.test(text) && (/[NI]/.test(text) || Number.isFinite(Number(text)));
  if (scalar === 'Boolean') return text === 'true' || text === 'false';
  if (scalar === 'Int') return /^-?\d{1,10}$/.test(text) && coerced('Int', Number(text)) !== undefined;
  return coerced(scalar, text) !== undefined;
}

/** The canonical text of a key value from outside; `undefined` where it is no value of the scalar. */
export function keyText(scalar: ScalarName, value: unknown): string | undefined {
  const result = coerced(scalar, value);
  return result === undefined ? undefined : String(result);
}

function coerced(scalar: ScalarName, value: unknown): unknown {
  try {
    const result: unknown = scalarTypes.get(scalar)?.parseValue(value);
    // PostgreSQL's text has no NUL, so no row can have one.
    return typeof result === 'string' && result.includes('\0') ? undefined : result;
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}
