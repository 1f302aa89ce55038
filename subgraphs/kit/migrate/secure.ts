/** Puts a domain's row security and column grants into its database, where it is not there already. */
import type { Client } from 'pg';
import { escapeLiteral } from 'pg';
import type { Domain } from '../model/domain.ts';
import { grantColumns } from './column-grants.ts';
import type { Queryable } from './history.ts';
import { policies, type RowSecurity, rowSecurity } from './row-security.ts';

interface TableState {
  readonly name: string;
  readonly secured: boolean;
  /** Whether rows are let through by a policy of the domain's own, and by ours. */
  readonly opened: boolean;
  readonly openedByUs: boolean;
}

type PartState = Pick<TableState, 'name' | 'secured'>;

/** Of tables that are there; of a view, which has no row security, its tables have it. */
const STATE = `
  select given.name,
    relrowsecurity and exists (select from pg_policy where polrelid = pg_class.oid and polname = '${policies.rows}') as secured,
    exists (select from pg_policy where polrelid = pg_class.oid and polpermissive and polname <> '${policies.all}') as opened,
    exists (select from pg_policy where polrelid = pg_class.oid and polname = '${policies.all}') as "openedByUs"
  from unnest(cast($1 as text[])) as given(name) join pg_class on pg_class.oid = to_regclass(given.name)
  where relkind in ('r', 'p')`;

/**
 * Partitions of the tables and what inherits from them, whatever the depth. Read through its parent such a table has the
 * parent's policies alone, and read by its own name none of them (PostgreSQL, "Row Security Policies").
 */
const PARTS = `
  with recursive given(oid) as (select to_regclass(name)::oid from unnest(cast($1 as text[])) as named(name)),
    part(oid) as (
      select inhrelid from pg_inherits where inhparent in (select oid from given)
      union select inhrelid from pg_inherits join part on inhparent = part.oid
    )
  select format('%I.%I', nspname, relname) as name,
    relrowsecurity and exists (select from pg_policy where polrelid = pg_class.oid and polname = '${policies.rows}') as secured
  from part join pg_class using (oid) join pg_namespace on pg_namespace.oid = relnamespace
  where relkind in ('r', 'p') and pg_class.oid not in (select oid from given where oid is not null)
  order by 1`;

const APPLIED = `
  select obj_description(to_regprocedure('portcullis_filter(text)'), 'pg_proc') as fingerprint`;

/** Within a transaction that nobody else secures in. */
export async function secure(client: Client, domain: Domain): Promise<void> {
  const security = rowSecurity(domain);
  const states = await client.query<TableState>(STATE, [security.tables.map(({ name }) => name)]);
  const parts = await client.query<PartState>(PARTS, [security.tables.map(({ name }) => name)]);
  const applied = await client.query<{ fingerprint: string | null }>(APPLIED);
  const isDone =
    applied.rows[0]?.fingerprint === security.fingerprint &&
    states.rows.every(({ secured, opened, openedByUs }) => secured && opened !== openedByUs) &&
    parts.rows.every(({ secured }) => secured);
  // Each policy locks its table against readers for a moment: not at every start.
  if (!isDone) await client.query(statements(security, states.rows) + closing(parts.rows));
  await grantColumns(client, domain);
}

/** Tables of a domain whose rows the database shows to every statement. */
export async function unsecuredTables(database: Queryable, domain: Domain): Promise<readonly string[]> {
  const names = rowSecurity(domain).tables.map(({ name }) => name);
  const tables = await database.query<TableState>(STATE, [names]);
  const parts = await database.query<PartState>(PARTS, [names]);
  return [...tables.rows, ...parts.rows].flatMap(({ name, secured }) => (secured ? [] : [name]));
}

function statements({ tables, functions, fingerprint }: RowSecurity, states: readonly TableState[]): string {
  const conditions = new Map(tables.map(({ name, condition }) => [name, condition]));
  const perTable = states.map(
    ({ name, opened }) => `
      alter table ${name} enable row level security;
      drop policy if exists ${policies.all} on ${name};
      drop policy if exists ${policies.rows} on ${name};
      create policy ${policies.rows} on ${name} as restrictive for select using (${conditions.get(name)});
      ${opened ? '' : `create policy ${policies.all} on ${name} for select using (true);`}`,
  );
  return [
    functions,
    `comment on function portcullis_filter(text) is ${escapeLiteral(fingerprint)};`,
    ...perTable,
  ].join('\n');
}

/** By its own name a part of a table shows nothing to anybody but its owner. */
function closing(parts: readonly PartState[]): string {
  const perPart = parts.map(
    ({ name }) => `
      alter table ${name} enable row level security;
      drop policy if exists ${policies.rows} on ${name};
      create policy ${policies.rows} on ${name} as restrictive for select using (false);`,
  );
  return perPart.join('\n');
}
