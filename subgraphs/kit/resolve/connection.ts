/** A connection as GraphQL reads it: each field is a method, called only if it is selected. */
import type { Row } from '../database/session.ts';
import type { Page } from '../query/page.ts';

export interface ConnectionSource {
  readonly page: () => Promise<Page>;
  readonly count?: () => Promise<unknown>;
  readonly suppressed?: () => boolean;
  readonly node: (row: Row) => unknown;
}

interface Edge {
  readonly node: unknown;
  readonly cursor: () => string;
}

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: () => string | null;
  readonly endCursor: () => string | null;
}

/** Methods under the field names: graphql-js's default resolver calls them. */
export interface Connection {
  readonly nodes: () => Promise<readonly unknown[]>;
  readonly edges: () => Promise<readonly Edge[]>;
  readonly pageInfo: () => Promise<PageInfo>;
  readonly totalCount: () => Promise<unknown>;
  /** Of groups: whether some are not shown. */
  readonly suppressed: () => boolean;
}

export function connectionOf({ page, count, suppressed, node }: ConnectionSource): Connection {
  let asked: Promise<Page> | undefined;
  // nodes, edges and pageInfo are views of one page, which is read once.
  const once = (): Promise<Page> => {
    asked ??= page();
    return asked;
  };
  return {
    nodes: async () => (await once()).rows.map(node),
    edges: async () => {
      const { rows, cursorOf } = await once();
      return rows.map((row) => ({ node: node(row), cursor: () => cursorOf(row) }));
    },
    pageInfo: async () => {
      const { rows, hasNextPage, hasPreviousPage, cursorOf } = await once();
      const cursor = (row: Row | undefined): string | null => (row === undefined ? null : cursorOf(row));
      return {
        hasNextPage,
        hasPreviousPage,
        startCursor: () => cursor(rows[0]),
        endCursor: () => cursor(rows.at(-1)),
      };
    },
    suppressed: () => suppressed?.() ?? false,
    totalCount: async () => (await count?.()) ?? null,
  };
}
