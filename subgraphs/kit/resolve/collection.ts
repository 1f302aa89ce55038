/** The resolver of a `@collection`: the same page for many parents is one statement, and so is their count. */
import DataLoader from 'dataloader';
import type { Row } from '../database/session.ts';
import { type Collection, type Domain, type Entity, type StoredValue, tableEntity } from '../model/domain.ts';
import { badUserInput } from '../query/errors.ts';
import {
  collectionCountStatement,
  collectionStatement,
  countOfNone,
  type ListArguments,
  type ListPlan,
  type Parents,
  parentAlias,
  planList,
} from '../query/list.ts';
import { pageOf } from '../query/page.ts';
import { keyText } from '../query/values.ts';
import type { SubgraphContext } from '../server/context.ts';
import { connectionOf } from './connection.ts';
import { demandOpen, objectOf } from './entity.ts';
import { valuesToRead } from './reading.ts';
import { inRound } from './round.ts';
import { FieldMemo, rowNodes } from './selection.ts';
import type { KitResolver, ObjectValue } from './types.ts';

/** What the field asks for, equal for all parents at one place in the operation. */
interface Asked {
  readonly plan: ListPlan;
  readonly read: readonly StoredValue[];
  /** Equal for equal pages: places that ask for the same share a statement. */
  readonly page: string;
}

/** The texts of one parent's key. */
type ParentKey = readonly string[];

export function collectionResolver(domain: Domain, entity: Entity, collection: Collection): KitResolver {
  const target = tableEntity(domain, collection.target);
  const scope = `${collection.target} by ${collection.by.join(' ')}`;
  const memo = new FieldMemo<Asked>();
  return (parent, args, context, info) => {
    const asked = memo.of(info, scope, () => {
      // The schema has coerced them to what the generated SDL says.
      const list = args as unknown as ListArguments;
      const nodes = rowNodes(info, `${target.name}Connection`, `${target.name}Edge`);
      const read = valuesToRead({ domain, access: context.access }, target, info, nodes);
      const plan = planList(context.access.visible(target), scope, list);
      const { binding, first } = plan.page;
      return {
        plan,
        read,
        page: JSON.stringify([scope, binding, first, list.after, read.map(({ alias }) => alias)]),
      };
    });
    if (entity.source === 'stub') demandOpen(context.access, entity);
    const statements = { plan: asked.plan, collection, key: entity.key };
    const key = keyOf(entity, parent);
    return connectionOf({
      page: async () => {
        const rows = await shared(context, `page ${asked.page}`, (keys: readonly ParentKey[]) =>
          readPages(context, { ...statements, read: asked.read }, keys),
        ).load(key);
        return pageOf(asked.plan.page, rows);
      },
      count: () =>
        shared(context, `count ${asked.plan.page.binding} ${scope}`, (keys: readonly ParentKey[]) =>
          readCounts(context, statements, keys),
        ).load(key),
      node: (row) => objectOf(target, row),
    });
  };
}

function keyOf(entity: Entity, parent: ObjectValue): ParentKey {
  return entity.key.map(({ field, scalar }) => {
    const text = keyText(scalar, parent[field]);
    if (text === undefined) throw badUserInput(`a reference to ${entity.name} needs its key field ${field}`);
    return text;
  });
}

/** The request's loader of a name; what is asked of it together is read together. */
function shared<Value>(
  { loaders }: SubgraphContext,
  name: string,
  readAll: (keys: readonly ParentKey[]) => Promise<readonly Value[]>,
): DataLoader<ParentKey, Value, string> {
  const known = loaders.get(name) as DataLoader<ParentKey, Value, string> | undefined;
  if (known !== undefined) return known;
  const loader = new DataLoader<ParentKey, Value, string>(readAll, {
    cacheKeyFn: (key) => JSON.stringify(key),
  });
  loaders.set(name, loader);
  return loader;
}

interface CollectionStatements {
  readonly plan: ListPlan;
  readonly collection: Collection;
  readonly key: Parents['key'];
}

async function readPages(
  context: SubgraphContext,
  { plan, collection, key, read }: CollectionStatements & { readonly read: readonly StoredValue[] },
  keys: readonly ParentKey[],
): Promise<readonly (readonly Row[])[]> {
  const statement = collectionStatement(plan, collection, { key, values: keys }, read);
  const rows = await inRound(context, () => context.session.run(statement));
  const pages: Row[][] = keys.map(() => []);
  for (const row of rows) pages[Number(row[parentAlias]) - 1]?.push(row);
  return pages;
}

async function readCounts(
  { session }: SubgraphContext,
  { plan, collection, key }: CollectionStatements,
  keys: readonly ParentKey[],
): Promise<readonly unknown[]> {
  const rows = await session.run(collectionCountStatement(plan, collection, { key, values: keys }));
  const counts = new Map(rows.map((row) => [Number(row[parentAlias]) - 1, row['count']]));
  const none = countOfNone(plan);
  return keys.map((_, index) => (counts.has(index) ? counts.get(index) : none));
}
