/** A total order of rows or groups, and the condition for what follows a place in it (keyset pagination). */
import { sql } from 'kysely';
import type { ScalarName } from '../model/domain.ts';
import { all, any, list, parameter, type Sql } from './sql.ts';

export type Direction = 'ASC' | 'DESC';

/** One part of an order. */
export interface OrderTerm {
  /** The client's name for it, and the alias under which a row holds its value. */
  readonly alias: string;
  readonly expression: Sql;
  readonly scalar: ScalarName;
  readonly nullable: boolean;
  readonly direction: Direction;
}

/** A value of an order as a cursor holds it: text, exact; null for a row without a value. */
export type OrderValue = string | null;

/** The parts that a caller asked for, then the key: without it two rows could share a place. */
export function totalOrder(asked: readonly OrderTerm[], key: readonly OrderTerm[]): readonly OrderTerm[] {
  const terms = new Map<string, OrderTerm>();
  // A second mention of a value orders nothing: rows that reach it are equal in it.
  for (const term of [...asked, ...key]) if (!terms.has(term.alias)) terms.set(term.alias, term);
  return [...terms.values()];
}

/** The key runs the way of the last part asked for: then one index range can serve both. */
export function keyDirection(asked: readonly OrderTerm[]): Direction {
  return asked.at(-1)?.direction ?? 'ASC';
}

/** NULLs are the largest values: last ascending, first descending. PostgreSQL's default, said aloud. */
export function orderBy(terms: readonly OrderTerm[]): Sql {
  return list(
    terms.map(({ expression, direction }) =>
      direction === 'ASC' ? sql`${expression} asc nulls last` : sql`${expression} desc nulls first`,
    ),
  );
}

/** Rows strictly after the place that has these values. */
export function after(terms: readonly OrderTerm[], values: readonly OrderValue[]): Sql {
  // One group of all rows has no order: nothing follows it.
  if (terms.length === 0) return sql`false`;
  const places = terms.map((term, index) => ({ term, value: values[index] ?? null }));
  return rowComparison(places) ?? all([...bound(places[0]), stepwise(places)]);
}

interface Place {
  readonly term: OrderTerm;
  readonly value: OrderValue;
}

/** `(a, b) > ($1, $2)`: one index range, where all parts run one way and none can be null. */
function rowComparison(places: readonly Place[]): Sql | undefined {
  const direction = places[0]?.term.direction;
  const uniform = places.every(({ term }) => term.direction === direction && !term.nullable);
  if (!uniform) return undefined;
  const left = list(places.map(({ term }) => term.expression));
  const right = list(places.map(({ term, value }) => parameter(value, term.scalar)));
  return direction === 'ASC' ? sql`(${left}) > (${right})` : sql`(${left}) < (${right})`;
}

/** Follows from the rest, but an index can start here, and cannot in the middle of an OR. */
function bound(first: Place | undefined): readonly Sql[] {
  if (first === undefined || first.value === null) return [];
  const { expression, scalar, nullable, direction } = first.term;
  const place = parameter(first.value, scalar);
  if (direction === 'DESC') return [sql`${expression} <= ${place}`];
  return nullable ? [] : [sql`${expression} >= ${place}`];
}

/** `a follows, or a is equal and (b follows, or …)`. */
function stepwise(places: readonly Place[]): Sql {
  const [first, ...rest] = places;
  if (first === undefined) return sql`false`;
  if (rest.length === 0) return follows(first);
  return any([follows(first), all([equals(first), stepwise(rest)])]);
}

function follows({ term: { expression, scalar, nullable, direction }, value }: Place): Sql {
  if (value === null) return direction === 'ASC' ? sql`false` : sql`${expression} is not null`;
  const place = parameter(value, scalar);
  if (direction === 'DESC') return sql`${expression} < ${place}`;
  return nullable ? sql`(${expression} > ${place} or ${expression} is null)` : sql`${expression} > ${place}`;
}

function equals({ term: { expression, scalar }, value }: Place): Sql {
  return value === null ? sql`${expression} is null` : sql`${expression} = ${parameter(value, scalar)}`;
}
