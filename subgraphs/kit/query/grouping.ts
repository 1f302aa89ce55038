/** Plans groups: what they are grouped by, what is computed, in which order, which page. */
import { sql } from 'kysely';
import type { Visible } from '../access/access.ts';
import type { Use } from '../identity/obligations.ts';
import { type AggregateName, aggregateNames, aggregatesOf } from '../model/aggregates.ts';
import type { Column, TableEntity } from '../model/domain.ts';
import { bucketStart, checkBucket, checkZone, type TimeUnit } from './buckets.ts';
import { compileConditions, type Input, type Names } from './conditions.ts';
import { badUserInput } from './errors.ts';
import { type Direction, keyDirection, type OrderTerm, totalOrder } from './ordering.ts';
import { type PageArguments, type PagePlan, planPage } from './page.ts';
import { compileWhere } from './rows.ts';
import { columnOf, type Sql } from './sql.ts';

/** The coerced arguments of a grouped field. */
export interface GroupedArguments extends PageArguments {
  readonly by: readonly GroupKeyInput[];
  readonly where?: Input | null;
  readonly having?: Input | null;
  readonly timeZone: string;
  readonly orderBy?: readonly { readonly field: string; readonly direction: Direction }[] | null;
}

interface GroupKeyInput {
  readonly field?: string | null;
  readonly bucket?: { readonly field: string; readonly unit: TimeUnit } | null;
}

/** One part of a group's key. */
export interface GroupKey {
  readonly column: Column;
  readonly expression: Sql;
}

export interface GroupPlan {
  readonly visible: Visible;
  readonly keys: readonly GroupKey[];
  /** Conditions that all rows of a group meet or none does. */
  readonly ofGroups: readonly Sql[];
  /** The other conditions of the `where`. */
  readonly conditions: readonly Sql[];
  readonly having: readonly Sql[];
  readonly page: PagePlan;
  /** Results that the plan itself compares or orders by; the statement computes them whatever is selected. */
  readonly results: ReadonlySet<string>;
  /** The fields that the plan itself uses. */
  readonly fields: ReadonlySet<string>;
}

/** The names under which a group's row holds its values; positions keep them short enough for PostgreSQL. */
export function keyAlias(keys: readonly GroupKey[], field: string): string | undefined {
  const index = keys.findIndex(({ column }) => column.field === field);
  return index === -1 ? undefined : `k${index}`;
}

export const countAlias = 'count';

/** `sum` of `seconds` → `sum 4`: a name that no GraphQL name can be. */
export function resultAlias(entity: TableEntity, name: AggregateName, field: string): string {
  return `${name} ${[...entity.columns.keys()].indexOf(field)}`;
}

/**
 * @param scope names the list among all lists: a cursor of one is refused by another.
 * @throws GraphQLError FORBIDDEN where the caller may not use a field so
 */
export function planGroups(visible: Visible, scope: string, input: GroupedArguments): GroupPlan {
  checkZone(input.timeZone);
  const where = input.where ?? undefined;
  const keys = input.by.map((key) => groupKey(visible, key, { where, zone: input.timeZone }));
  if (new Set(keys.map(({ column }) => column)).size < keys.length) {
    throw badUserInput('by: a field can be one part of the key only');
  }
  const own = visible.entity.key.map(({ field }) => visible.column(field, 'aggregate').field);
  const using: Using = { visible, keys, results: new Set(), fields: new Set(own) };
  for (const { column } of keys) using.fields.add(column.field);
  const asked = (input.orderBy ?? []).map(({ field, direction }) => {
    const term = groupTerm(using, field, direction);
    using.results.add(term.alias);
    return term;
  });
  const key = keys.map(({ column }) => keyTerm(keys, column, keyDirection(asked)));
  const { by, having, timeZone } = input;
  const { ofGroups, ofRows } = split(where, input.by);
  return {
    visible,
    keys,
    ofGroups: compileWhere(visible, ofGroups),
    conditions: compileWhere(visible, ofRows),
    having: having ? [compileConditions(having, havingNames(using))] : [],
    page: planPage(scope, totalOrder(asked, key), { by, where, having, timeZone }, input),
    results: using.results,
    fields: using.fields,
  };
}

/** What a plan finds that it uses, while it is made. */
interface Using {
  readonly visible: Visible;
  readonly keys: readonly GroupKey[];
  readonly results: Set<string>;
  readonly fields: Set<string>;
}

/** A condition on a whole key chooses groups, not rows within them. */
function split(where: Input | undefined, by: readonly GroupKeyInput[]) {
  const whole = new Set(by.flatMap(({ field }) => field ?? []));
  const entries = Object.entries(where ?? {});
  return {
    ofGroups: Object.fromEntries(entries.filter(([name]) => whole.has(name))),
    ofRows: Object.fromEntries(entries.filter(([name]) => !whole.has(name))),
  };
}

interface BucketContext {
  readonly where: Input | undefined;
  readonly zone: string;
}

function groupKey(
  visible: Visible,
  { field, bucket }: GroupKeyInput,
  { where, zone }: BucketContext,
): GroupKey {
  const given = [field, bucket].filter((part) => part !== null && part !== undefined);
  // Composition does not know `@oneOf`, so the rule is checked here.
  if (given.length !== 1)
    throw badUserInput('by: give exactly one of field and bucket in each part of the key');
  if (bucket) {
    const column = visible.column(bucket.field, 'read', 'filter');
    checkBucket(column, bucket.unit, where);
    return { column, expression: bucketStart(column, bucket.unit, zone) };
  }
  const column = visible.column(field ?? '', 'read', 'filter');
  return { column, expression: columnOf(column.column) };
}

function group(alias: string): Sql {
  return sql.id('g', alias);
}

function keyTerm(keys: readonly GroupKey[], column: Column, direction: Direction): OrderTerm {
  const alias = keyAlias(keys, column.field);
  if (alias === undefined) {
    throw badUserInput(`orderBy: key_${column.field} is not part of the key. Add it to "by"`);
  }
  return { alias, expression: group(alias), scalar: column.scalar, nullable: column.nullable, direction };
}

/** `count`, `key_country`, `sum_seconds`: a value of the enum of group orders. */
function groupTerm(using: Using, name: string, direction: Direction): OrderTerm {
  if (name === 'count') {
    return { alias: countAlias, expression: group(countAlias), scalar: 'Long', nullable: false, direction };
  }
  const [kind = '', field = ''] = splitOnce(name, '_');
  if (kind === 'key') return keyTerm(using.keys, using.visible.column(field, 'read', 'filter'), direction);
  const operand = resultOperand(using, kind, field);
  return { ...operand, nullable: kind !== 'countDistinct', direction };
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}

function resultOperand(
  { visible, fields }: Using,
  kind: string,
  field: string,
): Pick<OrderTerm, 'alias' | 'expression' | 'scalar'> {
  const { entity } = visible;
  const name = aggregateNames.find((each) => each === kind);
  const aggregate = name && aggregatesOf(entity, name).find(({ column }) => column.field === field);
  if (aggregate === undefined) throw new Error(`${entity.name} has no ${kind} of ${field}`);
  visible.column(field, ...usesOf(aggregate.name));
  fields.add(field);
  const alias = resultAlias(entity, aggregate.name, field);
  return { alias, expression: group(alias), scalar: aggregate.result };
}

/** A smallest, largest or distinct value is the value of some row. */
export function usesOf(name: AggregateName): readonly Use[] {
  return name === 'sum' || name === 'avg' ? ['aggregate'] : ['read', 'aggregate'];
}

/** `having: {count: …, sum: {seconds: …}}`: each name compares a result, which must then be computed. */
function havingNames(using: Using): Names {
  return (kind) => {
    if (kind === 'count') return { expression: group(countAlias), scalar: 'Long' };
    return (field) => {
      const operand = resultOperand(using, kind, field);
      using.results.add(operand.alias);
      return operand;
    };
  };
}
