/** Time buckets: units, zones, and the guard that keeps fine buckets from covering all of history. */
import { sql } from 'kysely';
import type { Column } from '../model/domain.ts';
import type { Input } from './conditions.ts';
import { badUserInput } from './errors.ts';
import { columnOf, parameter, type Sql } from './sql.ts';

export type TimeUnit = 'MINUTE' | 'HOUR' | 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

const fineUnits: ReadonlySet<TimeUnit> = new Set(['MINUTE', 'HOUR']);

/** @throws GraphQLError BAD_USER_INPUT for anything but an IANA zone. */
export function checkZone(zone: string): void {
  // Intl also takes offsets ("+01:00"), which have no calendar; PostgreSQL would read them with the opposite sign (POSIX).
  if (!/^[A-Za-z]/.test(zone) || !isZone(zone)) {
    throw badUserInput('timeZone: this is no IANA time zone. Use a name such as "Europe/Berlin" or "UTC"');
  }
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The start of the bucket that a row falls into. A date has no time of day, so no zone moves it. */
export function bucketStart({ column, scalar }: Column, unit: TimeUnit, zone: string): Sql {
  // `week` begins on Monday (PostgreSQL documentation, date_trunc: ISO 8601).
  const truncated = parameter(unit.toLowerCase(), 'String');
  return scalar === 'Date'
    ? sql`cast(date_trunc(${truncated}, cast(${columnOf(column)} as timestamp)) as date)`
    : sql`date_trunc(${truncated}, ${columnOf(column)}, ${parameter(zone, 'String')})`;
}

/** @throws GraphQLError BAD_USER_INPUT for fine buckets of a date, or of a field that `where` leaves unbounded. */
export function checkBucket({ field, scalar }: Column, unit: TimeUnit, where: Input | undefined): void {
  if (!fineUnits.has(unit)) return;
  if (scalar === 'Date')
    throw badUserInput(`by: ${field} is a date and has no ${unit} buckets. Use DAY or longer`);
  const operators = new Set(where === undefined ? [] : operatorsOn(field, where));
  const has = (...names: readonly string[]): boolean => names.some((name) => operators.has(name));
  if (has('gt', 'gte', 'eq', 'in') && has('lt', 'lte', 'eq', 'in')) return;
  throw badUserInput(
    `by: ${unit} buckets need a where that bounds ${field} from both sides, such as {gte: …, lt: …}`,
  );
}

/** Operators that every row passes: those at the top and in `and`. One branch of an `or` bounds nothing. */
function operatorsOn(field: string, where: Input): readonly string[] {
  const own = where[field];
  const nested = Array.isArray(where['and']) ? (where['and'] as readonly Input[]) : [];
  return [...(isInput(own) ? Object.keys(own) : []), ...nested.flatMap((each) => operatorsOn(field, each))];
}

function isInput(value: unknown): value is Input {
  return typeof value === 'object' && value !== null;
}
