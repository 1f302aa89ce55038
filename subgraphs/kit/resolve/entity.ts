/** Loads entities by key: every request for a type that comes together is answered by one statement. */
import DataLoader from 'dataloader';
import type { Access } from '../access/access.ts';
import type { Row } from '../database/session.ts';
import type { KeyField, StoredValue, StubEntity, TableEntity } from '../model/domain.ts';
import { entitiesStatement } from '../query/entities.ts';
import { forbidden } from '../query/errors.ts';
import type { SubgraphContext } from '../server/context.ts';
import { inRound } from './round.ts';
import type { ObjectValue } from './types.ts';

/** One entity asked for: its key's texts, and what to read of it. */
interface Wanted {
  readonly values: readonly string[];
  readonly read: readonly StoredValue[];
}

export interface EntityKey {
  readonly key: readonly KeyField[];
  readonly values: readonly string[];
}

/** @returns the entity, or null where no row has the key. */
export async function loadEntity(
  context: SubgraphContext,
  entity: TableEntity,
  { key, values }: EntityKey,
  read: readonly StoredValue[],
): Promise<ObjectValue | null> {
  const row = await loaderOf(context, entity, key).load({ values, read });
  return row === undefined ? null : objectOf(entity, row);
}

/** A row as a value of its concrete type. */
export function objectOf(entity: TableEntity, row: Row): ObjectValue {
  return { ...row, __typename: entity.interface ? entity.kinds.get(String(row['@kind'])) : entity.name };
}

/**
 * What this domain has of an entity of another is filtered by nobody here.
 * @throws GraphQLError FORBIDDEN where a filter would have to be carried out
 */
export function demandOpen(access: Access, { name }: StubEntity): void {
  if (!access.isOpen(name)) throw forbidden();
}

type EntityLoader = DataLoader<Wanted, Row | undefined>;

function loaderOf(context: SubgraphContext, entity: TableEntity, key: readonly KeyField[]): EntityLoader {
  const name = `entity ${entity.name} ${key.map(({ field }) => field).join(' ')}`;
  const known = context.loaders.get(name) as EntityLoader | undefined;
  if (known !== undefined) return known;
  // Not cached: a later level may need other columns of the same row.
  const loader: EntityLoader = new DataLoader((wanted) => readBatch(context, entity, key, wanted), {
    cache: false,
  });
  context.loaders.set(name, loader);
  return loader;
}

async function readBatch(
  context: SubgraphContext,
  entity: TableEntity,
  key: readonly KeyField[],
  wanted: readonly Wanted[],
): Promise<readonly (Row | undefined)[]> {
  const values = new Map(wanted.map((each) => [JSON.stringify(each.values), each.values]));
  const read = new Set(wanted.flatMap((each) => each.read));
  const statement = entitiesStatement(context.access.visible(entity), { key, values: [...values.values()] }, [
    ...read,
  ]);
  const rows = await inRound(context, () => context.session.run(statement));
  const found = new Map(rows.map((row) => [JSON.stringify(key.map(({ field }) => String(row[field]))), row]));
  return wanted.map((each) => found.get(JSON.stringify(each.values)));
}
