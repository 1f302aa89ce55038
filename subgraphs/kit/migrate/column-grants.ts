/**
 * Guarded columns are taken from the serving role and given to the one beside it, which a transaction takes for callers
 * who may use one of them (docs/decisions/0015-row-filters-groups-and-columns-in-sql.md).
 */
import type { Client } from 'pg';
import { escapeIdentifier } from 'pg';
import { guardedName } from '../database/guarded-role.ts';
import { type Domain, kindColumn, type TableEntity, tableEntities } from '../model/domain.ts';
import { qualified } from './row-security.ts';

interface Reader {
  readonly role: string;
  /** Whether the role has the rights of the one beside it without taking it. */
  readonly inherits: boolean;
  /** Columns of the table that the role reads. */
  readonly columns: readonly string[];
}

/** Roles that read a table, or columns of it, and have a role for guarded columns beside them. */
const READERS = `
  select reader.rolname as role, pg_has_role(reader.oid, beside.oid, 'USAGE') as inherits,
    array(
      select attname::text from pg_attribute where attrelid = t.oid and attnum > 0 and not attisdropped
        and has_column_privilege(reader.oid, t.oid, attnum, 'SELECT')
    ) as columns
  from pg_class as t cross join pg_roles as reader
    join pg_roles as beside on beside.rolname = reader.rolname || $2 and pg_has_role(reader.oid, beside.oid, 'MEMBER')
  where t.oid = to_regclass($1) and t.relkind in ('r', 'p') and reader.oid <> t.relowner and not reader.rolsuper
    and (
      exists (select from aclexplode(t.relacl) as acl where acl.grantee = reader.oid)
      or exists (
        select from pg_attribute, aclexplode(attacl) as acl where attrelid = t.oid and acl.grantee = reader.oid
      )
    )`;

/** Within a transaction; what is as it should be is left alone. */
export async function grantColumns(client: Client, domain: Domain): Promise<void> {
  for (const [table, guarded] of domain.guarded) {
    const name = qualified(table);
    const entities = tableEntities(domain).filter((entity) => entity.table.name === table);
    const { rows: readers } = await client.query<Reader>(READERS, [name, guardedName('')]);
    if (readers.length === 0) throw new Error(nobodyReads(name));
    for (const reader of readers) {
      if (reader.inherits) throw new Error(inherits(reader.role));
      await grantTo(client, reader, { name, guarded, served: servedColumns(entities) });
    }
  }
}

interface GuardedTable {
  readonly name: string;
  readonly guarded: ReadonlySet<string>;
  /** Columns that the kit reads. */
  readonly served: readonly string[];
}

async function grantTo(client: Client, { role, columns }: Reader, table: GuardedTable): Promise<void> {
  const { name, guarded, served } = table;
  const wanted = [...new Set([...columns, ...served])];
  const open = wanted.filter((column) => !guarded.has(column));
  const isDone = columns.length === open.length && open.every((column) => columns.includes(column));
  const [reader, beside] = [escapeIdentifier(role), escapeIdentifier(guardedName(role))];
  // A right to the table is one to all of its columns; taking it takes those to single ones too.
  if (!isDone) {
    await client.query(`revoke select on ${name} from ${reader}`);
    await client.query(`grant select (${columnList(open)}) on ${name} to ${reader}`);
  }
  await client.query(
    `grant select (${columnList([...new Set([...wanted, ...guarded])])}) on ${name} to ${beside}`,
  );
}

function columnList(columns: readonly string[]): string {
  return columns.map(escapeIdentifier).join(', ');
}

function servedColumns(entities: readonly TableEntity[]): readonly string[] {
  const columns = entities.flatMap((entity) => [
    ...[...entity.columns.values()].map(({ column }) => column),
    ...[...entity.references.values()].flatMap(({ typename, values }) =>
      [...values, ...(typename === undefined ? [] : [typename])].map(({ column }) => column),
    ),
    ...(entity.kinds.size > 0 || entity.table.kind !== undefined ? [kindColumn.column] : []),
  ]);
  return [...new Set(columns)];
}

function nobodyReads(table: string): string {
  return `schema.graphql guards columns of ${table}, and no role that reads it has one beside it to read them: create role <serving role>${guardedName('')} nologin; alter role <serving role> noinherit; grant <serving role>${guardedName('')} to <serving role>.`;
}

function inherits(role: string): string {
  return `The role ${role} has the rights of ${guardedName(role)} without taking it, so guarded columns are open: revoke ${guardedName(role)} from ${role}; alter role ${role} noinherit; grant ${guardedName(role)} to ${role}.`;
}
