/** How values come from PostgreSQL: as exact text where JavaScript's number or Date would round. */
import { type CustomTypesConfig, types } from 'pg';

type Parse = (text: string) => unknown;

const asIs: Parse = (text) => text;

/** The session's time zone is UTC and its date style ISO, so this is the only form; "infinity" stays as it is. */
const TIMESTAMPTZ = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)\+00$/;
const instant: Parse = (text) => text.replace(TIMESTAMPTZ, '$1T$2Z');

/** By object id of the type (PostgreSQL's catalogue `pg_type.dat`; these never change). */
const SCALARS: ReadonlyMap<number, Parse> = new Map([
  [16, (text) => text === 't'], // bool
  [21, Number], // int2
  [23, Number], // int4
  [700, Number], // float4
  [701, Number], // float8
  [1184, instant], // timestamptz
]);

/** The array types and the type of their elements. */
const ELEMENTS: ReadonlyMap<number, number> = new Map([
  [1000, 16], // bool[]
  [1005, 21], // int2[]
  [1007, 23], // int4[]
  [1009, 25], // text[]
  [1014, 1042], // char[]
  [1015, 1043], // varchar[]
  [1016, 20], // int8[]
  [1021, 700], // float4[]
  [1022, 701], // float8[]
  [1182, 1082], // date[]
  [1185, 1184], // timestamptz[]
  [1231, 1700], // numeric[]
  [2951, 2950], // uuid[]
]);

const TEXT_ARRAY = 1009;
// The driver's type declarations know the ids of single values only.
const splitArray = (types.getTypeParser as (oid: number) => Parse)(TEXT_ARRAY);

function parserOf(oid: number): Parse {
  const element = ELEMENTS.get(oid);
  if (element === undefined) return SCALARS.get(oid) ?? asIs;
  const parse = SCALARS.get(element) ?? asIs;
  return (text) => mapNested(splitArray(text), parse);
}

function mapNested(value: unknown, parse: Parse): unknown {
  if (Array.isArray(value)) return value.map((item) => mapNested(item, parse));
  return typeof value === 'string' ? parse(value) : value;
}

/**
 * Given with each statement, so that the driver's process-wide parsers stay as they are.
 *
 * Every type that is not listed comes as PostgreSQL writes it; cast an array of an enum to `text[]`.
 */
export const EXACT_TYPES = { getTypeParser: parserOf } as unknown as CustomTypesConfig;
