/** A page of anything that has a total order: how much is asked, what came, where it lies. */
import type { Row } from '../database/session.ts';
import { bindingOf, decodeCursor, encodeCursor } from './cursor.ts';
import { badUserInput } from './errors.ts';
import { after, type OrderTerm } from './ordering.ts';
import type { Sql } from './sql.ts';

/** More rows than this are read by exports, not by a page. */
const mostRows = 1000;

export interface PageArguments {
  readonly first: number;
  readonly after?: string | null;
}

/** What a page needs of its list: the order, what its cursors are bound to, and the place it starts after. */
export interface PagePlan {
  readonly terms: readonly OrderTerm[];
  readonly binding: string;
  readonly first: number;
  /** Present if a cursor was given. */
  readonly start: Sql | undefined;
}

export interface Page {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly cursorOf: (row: Row) => string;
}

/** @throws GraphQLError BAD_USER_INPUT for a `first` out of bounds or a foreign cursor. */
export function planPage(
  scope: string,
  terms: readonly OrderTerm[],
  inputs: Readonly<Record<string, unknown>>,
  page: PageArguments,
): PagePlan {
  if (page.first < 0 || page.first > mostRows) {
    throw badUserInput(`first: a page has 0 to ${mostRows} rows. Follow pageInfo.endCursor for more`);
  }
  const binding = bindingOf(scope, terms, inputs);
  const cursor = page.after ?? undefined;
  const start = cursor === undefined ? undefined : after(terms, decodeCursor(cursor, binding, terms));
  return { terms, binding, first: page.first, start };
}

/** One more row than asked tells whether a page follows. */
export function rowsToRead({ first }: PagePlan): number {
  return first + 1;
}

export function pageOf(plan: PagePlan, rows: readonly Row[]): Page {
  return {
    rows: rows.slice(0, plan.first),
    hasNextPage: rows.length > plan.first,
    hasPreviousPage: plan.start !== undefined,
    cursorOf: (row) => encodeCursor(plan.binding, plan.terms, row),
  };
}
