/** The groups of a type: typed keys, time buckets, aggregates, and the inputs that filter and order groups. */
import {
  type AggregateName,
  aggregateNames,
  aggregatesOf,
  dimensionsOf,
  isTime,
  resultSuffixes,
} from '../model/aggregates.ts';
import type { Column, TableEntity } from '../model/domain.ts';
import { defaultFirst, endOfOrder, lengthOfPage } from './connection.ts';
import { carrier, usesNothing } from './spec.ts';
import { uses, usesAggregated, usesKey } from './uses.ts';

const texts: Readonly<Record<AggregateName, string>> = {
  countDistinct: 'Numbers of distinct values',
  sum: 'Sums',
  avg: 'Averages',
  min: 'Smallest values',
  max: 'Largest values',
};

export function groupedArguments(entity: TableEntity): string {
  const { name } = entity;
  return `(
  "What makes a group: rows that agree in all of these. Empty: one group of all rows." by: [${name}GroupKey!]!
  "Only rows for which this holds." where: ${name}Where
  "Only groups for which this holds." having: ${name}Having
  "The IANA time zone whose calendar the time buckets follow." timeZone: String! = "UTC" ${usesNothing('whose calendar it is')}
  "The order of the groups; equal ones follow their key." orderBy: [${name}GroupOrderBy!]
  "How many groups, at most 1000." first: Int! = ${defaultFirst.grouped} ${lengthOfPage}
  "The groups after this cursor of the same grouping, filter and order." after: String ${usesKey(entity, 'AGGREGATE')}
)`;
}

export function groupedTypes(entity: TableEntity): string {
  const offered = aggregateNames.filter((name) => aggregatesOf(entity, name).length > 0);
  return [
    groupTypes(entity, offered),
    keyTypes(entity),
    ...offered.map((name) => resultType(entity, name)),
    havingTypes(entity, offered),
    orderTypes(entity, offered),
  ].join('\n');
}

function groupTypes(entity: TableEntity, offered: readonly AggregateName[]): string {
  const { name } = entity;
  const results = offered.map(
    (each) => `"${texts[each]} over the group's rows." ${each}: ${name}${resultSuffixes[each]}!`,
  );
  return `
"A page of groups of ${name}."
type ${name}GroupConnection ${carrier} {
  "The groups of the page." nodes: [${name}Group!]!
  "The groups of the page, each with its cursor." edges: [${name}GroupEdge!]!
  "Where the page lies among the groups." pageInfo: PageInfo!
  "Whether groups of too few are left out of these; it does not say whether there was one." suppressed: Boolean!
}
"A group of ${name}, with its cursor."
type ${name}GroupEdge ${carrier} {
  "The group." node: ${name}Group!
  "Marks the group's place." cursor: String!
}
"Rows of ${name} that agree in the group's key, and what they amount to."
type ${name}Group ${carrier} {
  "What the rows agree in." key: ${name}Key!
  "How many rows the group has." count: Long! ${usesKey(entity, 'AGGREGATE')}
  ${results.join('\n  ')}
}`;
}

function keyTypes(entity: TableEntity): string {
  const { name } = entity;
  const dimensions = dimensionsOf(entity);
  const times = dimensions.filter(isTime);
  const values = (columns: readonly Column[]): string =>
    columns
      .map(({ field }) => `"Groups by \`${field}\`." ${field} ${uses(entity, field, 'GROUP')}`)
      .join('\n  ');
  const key = `
"What the rows of a group agree in; null for what they are not grouped by."
type ${name}Key ${carrier} {
  ${dimensions.map((column) => keyField(entity, column)).join('\n  ')}
}
"A field that groups ${name}."
enum ${name}Dimension {
  ${values(dimensions)}
}
"One part of a group's key: give exactly one of the two."
input ${name}GroupKey {
  "The value of a field." field: ${name}Dimension
  ${times.length > 0 ? `"The time bucket that a field falls into." bucket: ${name}TimeBucket` : ''}
}`;
  if (times.length === 0) return key.replace(': give exactly one of the two', '');
  return `${key}
"A time field that groups ${name} by buckets."
enum ${name}TimeDimension {
  ${values(times)}
}
"Buckets of time."
input ${name}TimeBucket {
  "The field that falls into buckets." field: ${name}TimeDimension!
  "The length of a bucket." unit: TimeUnit! ${usesNothing('the length of a bucket')}
}`;
}

function keyField(entity: TableEntity, column: Column): string {
  const text = isTime(column) ? `\`${column.field}\`, or the start of its bucket.` : `\`${column.field}\`.`;
  return `"${text}" ${column.field}: ${column.type} ${uses(entity, column.field, 'GROUP')}`;
}

function resultType(entity: TableEntity, name: AggregateName): string {
  const [suffix, text] = [resultSuffixes[name], texts[name]];
  const nonNull = name === 'countDistinct' ? '!' : '';
  return `
"${text} over a group of ${entity.name}${nonNull ? '' : '; null where no row has a value'}."
type ${entity.name}${suffix} ${carrier} {
  ${aggregatesOf(entity, name)
    .map(
      (aggregate) =>
        `"Over \`${aggregate.column.field}\`." ${aggregate.column.field}: ${aggregate.result}${nonNull} ${usesAggregated(entity, aggregate)}`,
    )
    .join('\n  ')}
}`;
}

function havingTypes(entity: TableEntity, offered: readonly AggregateName[]): string {
  const { name } = entity;
  const parts = offered.map((each) => {
    const [suffix, text] = [resultSuffixes[each], texts[each]];
    return `"${text}." ${each}: ${name}${suffix}Having`;
  });
  const inputs = offered.map((each) => {
    const [suffix, text] = [resultSuffixes[each], texts[each]];
    const fields = aggregatesOf(entity, each).map(
      (aggregate) =>
        `"Over \`${aggregate.column.field}\`." ${aggregate.column.field}: ${aggregate.result}Filter ${usesAggregated(entity, aggregate)}`,
    );
    return `"${text} over a group of ${name} that a filter compares." input ${name}${suffix}Having {\n  ${fields.join('\n  ')}\n}`;
  });
  return `
"Which groups of ${name} to take: all conditions that are given must hold."
input ${name}Having {
  "All of these hold." and: [${name}Having!]
  "At least one of these holds." or: [${name}Having!]
  "This does not hold." not: ${name}Having
  "How many rows the group has." count: LongFilter ${usesKey(entity, 'AGGREGATE')}
  ${parts.join('\n  ')}
}
${inputs.join('\n')}`;
}

function orderTypes(entity: TableEntity, offered: readonly AggregateName[]): string {
  const { name } = entity;
  const keys = dimensionsOf(entity).map(
    ({ field }) => `"Orders by the key's \`${field}\`." key_${field} ${uses(entity, field, 'ORDER')}`,
  );
  const aggregates = offered.flatMap((each) =>
    aggregatesOf(entity, each).map(
      (aggregate) =>
        `"Orders by ${each} of \`${aggregate.column.field}\`." ${each}_${aggregate.column.field} ${usesAggregated(entity, aggregate)}`,
    ),
  );
  return `
"What orders groups of ${name}."
enum ${name}GroupOrderField {
  "Orders by the number of rows." count ${usesKey(entity, 'AGGREGATE')}
  ${[...keys, ...aggregates].join('\n  ')}
}
"One part of the order of groups of ${name}."
input ${name}GroupOrderBy {
  "What to order by." field: ${name}GroupOrderField!
  "Which end comes first." direction: SortDirection! = ASC ${endOfOrder}
}`;
}
