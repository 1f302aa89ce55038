/** Finds a field whose values the subgraph shows to a good token: what obligations can be tried on. */
import { buildClientSchema, type DocumentNode, getIntrospectionQuery, parse, printSchema } from 'graphql';
import { isRecord } from '../identity/is-record.ts';
import type { Asked } from './ask.ts';
import { keysOf, leavesOf, type Way, waysOf } from './offered.ts';

export interface Probe {
  readonly way: Way;
  /** Of the type of the way, and part of no key: keys are read by everybody who joins. */
  readonly field: string;
  /** One that is shown. */
  readonly value: unknown;
  /** Where the type is an entity with a key of one field: a key that exists. */
  readonly key: { readonly field: string; readonly value: unknown } | undefined;
}

type Query = (body: Asked['body']) => Promise<Readonly<Record<string, unknown>> | undefined>;

/** How many types are looked at for rows. */
const MOST_WAYS = 12;

/** The SDL of `_service`, or what introspection says; undefined where neither says anything. */
export async function readSchema(query: Query): Promise<DocumentNode | undefined> {
  try {
    const service = (await query({ query: '{ _service { sdl } }' }))?.['_service'];
    if (isRecord(service) && typeof service['sdl'] === 'string') return parse(service['sdl']);
    const introspected = await query({ query: getIntrospectionQuery() });
    return introspected && parse(printSchema(buildClientSchema(introspected as never)));
  } catch {
    return undefined;
  }
}

export async function findProbe(schema: DocumentNode, query: Query): Promise<Probe | undefined> {
  const hidden = (type: string) => new Set(keysOf(schema, type).flatMap((key) => key.split(/[\s{}]+/)));
  for (const way of waysOf(schema).slice(0, MOST_WAYS)) {
    const keys = hidden(way.type);
    const fields = leavesOf(schema, way.type).filter((field) => !keys.has(field));
    const [key] = keysOf(schema, way.type).filter((each) => /^\w+$/.test(each));
    if (fields.length === 0) continue;
    const asked = key === undefined ? fields : [...fields, key];
    const rows = rowsIn(await query(queryOf(way, asked)), way);
    for (const row of rows) {
      // A text first: it can be compared with itself.
      const shown = fields.filter((name) => (row[name] ?? null) !== null);
      const field = shown.find((name) => typeof row[name] === 'string') ?? shown[0];
      if (field === undefined) continue;
      const known = key !== undefined && (row[key] ?? null) !== null;
      return { way, field, value: row[field], key: known ? { field: key, value: row[key] } : undefined };
    }
  }
  return undefined;
}

export function queryOf({ field, list, arguments: given }: Way, fields: readonly string[]) {
  const selected = `{ ${fields.join(' ')} }`;
  return { query: `{ ${field}${given} ${list === undefined ? selected : `{ ${list} ${selected} }`} }` };
}

/** The rows that an answer has, nulls left out. */
export function rowsIn(
  data: Readonly<Record<string, unknown>> | undefined,
  { field, list }: Pick<Way, 'field' | 'list'>,
): readonly Readonly<Record<string, unknown>>[] {
  const value = data?.[field];
  const rows = list === undefined ? value : isRecord(value) ? value[list] : undefined;
  return [rows].flat().filter(isRecord);
}
