/** The list of a type: its connection and edges (Relay), and the inputs that filter and order it. */
import type { TableEntity } from '../model/domain.ts';
import { carrier, usesNothing } from './spec.ts';
import { usableColumns, uses, usesKey } from './uses.ts';

/** Rows of a page, where the caller does not say. */
export const defaultFirst = Object.freeze({ product: 100, collection: 20, grouped: 1000 });

/** The arguments of every field that answers with a connection of the type. */
export function connectionArguments(target: TableEntity, first: number): string {
  return `(
  "Only rows for which this holds." where: ${target.name}Where
  "The order; rows that are equal in it follow their key." orderBy: [${target.name}OrderBy!]
  "How many rows, at most 1000." first: Int! = ${first} ${lengthOfPage}
  "The rows after this cursor of the same list, filter and order." after: String ${usesKey(target, 'ORDER')}
)`;
}

export const lengthOfPage = usesNothing('the length of a page');
export const endOfOrder = usesNothing('which end of an order comes first');

export function connectionTypes(entity: TableEntity): string {
  const { name } = entity;
  return `
"A page of a list of ${name}."
type ${name}Connection ${carrier} {
  "The rows of the page." nodes: [${name}!]!
  "The rows of the page, each with its cursor." edges: [${name}Edge!]!
  "Where the page lies in its list." pageInfo: PageInfo!
  "How many rows the whole list has; counted only if selected." totalCount: Long ${usesKey(entity, 'AGGREGATE')}
}
"A row of a list of ${name}, with its cursor."
type ${name}Edge ${carrier} {
  "The row." node: ${name}!
  "Marks the row's place in its list." cursor: String!
}
"Which rows of ${name} to take: all conditions that are given must hold."
input ${name}Where {
  "All of these hold." and: [${name}Where!]
  "At least one of these holds." or: [${name}Where!]
  "This does not hold." not: ${name}Where
  ${usableColumns(entity)
    .map(
      ({ field, type }) =>
        `"Filters by \`${field}\`." ${field}: ${type}Filter ${uses(entity, field, 'FILTER')}`,
    )
    .join('\n  ')}
}
"A field that orders a list of ${name}."
enum ${name}OrderField {
  ${usableColumns(entity)
    .map(({ field }) => `"Orders by \`${field}\`." ${field} ${uses(entity, field, 'ORDER')}`)
    .join('\n  ')}
}
"One part of the order of a list of ${name}."
input ${name}OrderBy {
  "What to order by." field: ${name}OrderField!
  "Which end comes first." direction: SortDirection! = ASC ${endOfOrder}
}`;
}
