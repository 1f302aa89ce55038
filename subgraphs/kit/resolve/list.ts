/** The resolver of a data product's list. */
import type { Domain, Product, TableEntity } from '../model/domain.ts';
import { countStatement, type ListArguments, listStatement, planList } from '../query/list.ts';
import { pageOf } from '../query/page.ts';
import { connectionOf } from './connection.ts';
import { objectOf } from './entity.ts';
import { valuesToRead } from './reading.ts';
import { rowNodes } from './selection.ts';
import type { KitResolver } from './types.ts';

export function listResolver(domain: Domain, entity: TableEntity, { list }: Product): KitResolver {
  return (_root, args, { session, access }, info) => {
    // The schema has coerced them to what the generated SDL says.
    const plan = planList(access.visible(entity), list, args as unknown as ListArguments);
    const nodes = rowNodes(info, `${entity.name}Connection`, `${entity.name}Edge`);
    const read = valuesToRead({ domain, access }, entity, info, nodes);
    return connectionOf({
      page: async () => pageOf(plan.page, await session.run(listStatement(plan, read))),
      count: async () => (await session.run(countStatement(plan)))[0]?.['count'],
      node: (row) => objectOf(entity, row),
    });
  };
}
