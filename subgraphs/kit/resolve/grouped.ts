/** The resolver of a data product's groups. */
import type { GraphQLResolveInfo } from 'graphql';
import type { Row } from '../database/session.ts';
import { aggregateNames, resultSuffixes } from '../model/aggregates.ts';
import type { Product, TableEntity } from '../model/domain.ts';
import { groupsStatement, leavesOut, type WantedResult } from '../query/grouped.ts';
import {
  countAlias,
  type GroupedArguments,
  type GroupPlan,
  keyAlias,
  planGroups,
  resultAlias,
} from '../query/grouping.ts';
import { pageOf } from '../query/page.ts';
import { connectionOf } from './connection.ts';
import { rowNodes, selectionOf } from './selection.ts';
import type { KitResolver, ObjectValue } from './types.ts';

export function groupedResolver(entity: TableEntity, { grouped }: Product): KitResolver {
  return (_root, args, { session, access }, info) => {
    // The schema has coerced them to what the generated SDL says.
    const plan = planGroups(access.visible(entity), grouped, args as unknown as GroupedArguments);
    const wanted = wantedResults(entity, info);
    return connectionOf({
      page: async () => pageOf(plan.page, await session.run(groupsStatement(plan, wanted))),
      node: (row) => groupOf(plan, wanted, row),
      suppressed: () => leavesOut(plan, wanted),
    });
  };
}

/** `sum { seconds }`: only what is selected is computed. */
function wantedResults({ name: type }: TableEntity, info: GraphQLResolveInfo): readonly WantedResult[] {
  const nodes = rowNodes(info, `${type}GroupConnection`, `${type}GroupEdge`);
  const group = selectionOf(info, nodes, `${type}Group`);
  return aggregateNames.flatMap((name) => {
    const fields = selectionOf(info, group.get(name) ?? [], `${type}${resultSuffixes[name]}`);
    return [...fields.keys()].filter((field) => !field.startsWith('__')).map((field) => ({ name, field }));
  });
}

function groupOf(
  { visible: { entity }, keys }: GroupPlan,
  wanted: readonly WantedResult[],
  row: Row,
): ObjectValue {
  const key = keys.map(({ column: { field } }) => [field, row[keyAlias(keys, field) ?? '']]);
  const results = aggregateNames.map((name) => {
    const fields = wanted.filter((each) => each.name === name);
    return [
      name,
      Object.fromEntries(fields.map(({ field }) => [field, row[resultAlias(entity, name, field)]])),
    ];
  });
  return { key: Object.fromEntries(key), count: row[countAlias], ...Object.fromEntries(results) };
}
