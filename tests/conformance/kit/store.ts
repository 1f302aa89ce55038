/** The rows of a graph, by type and key. */
import type { GraphQLSchema } from 'graphql';
import { isAbstractType } from 'graphql';
import type { Row, Store } from './graph.ts';

export function createStore(rows: readonly Row[], schema: GraphQLSchema): Store {
  const all = (name: string): readonly Row[] => {
    const type = schema.getType(name);
    const names = isAbstractType(type) ? schema.getPossibleTypes(type).map((each) => each.name) : [name];
    return rows.filter((row) => names.includes(row['__typename']));
  };
  return { all, find: (type, key) => all(type).find((row) => matches(row, key)) ?? null };
}

function matches(row: unknown, key: unknown): boolean {
  if (!isRow(key)) return row === key;
  return isRow(row) && Object.entries(key).every(([name, value]) => matches(row[name], value));
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}
