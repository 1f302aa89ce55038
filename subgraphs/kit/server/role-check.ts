/** Whether the role that serves may do more than read: row security does not hold for a superuser or an owner, nor where one reads for it. */
import type { Pool } from 'pg';
import type { Queryable } from '../migrate/history.ts';

const POWER = `
  select rolname as role, rolsuper as superuser, rolbypassrls as bypasses,
    exists (select from pg_class where relowner = pg_roles.oid and relkind in ('r', 'p')) as owns
  from pg_roles where rolname = current_user`;

interface Power {
  readonly role: string;
  readonly superuser: boolean;
  readonly bypasses: boolean;
  readonly owns: boolean;
}

/** A sentence about what the role may do and should not; undefined for a role as it should be. */
export async function excessOfRole(pool: Pool): Promise<string | undefined> {
  const { rows } = await pool.query<Power>(POWER);
  const [power] = rows;
  if (power === undefined) return undefined;
  const excess = [
    ...(power.superuser ? ['is a superuser'] : []),
    ...(power.bypasses ? ['bypasses row security'] : []),
    ...(power.owns ? ['owns tables'] : []),
  ];
  if (excess.length === 0) return undefined;
  return `the role ${power.role} ${excess.join(' and ')}: serve as one that only reads`;
}

/** Views over tables with row security that read as their owner, and functions that do anything as theirs. */
const BORROWED = `
  select format('the %s %s', case relkind when 'v' then 'view' else 'materialized view' end, pg_class.oid::regclass) as what
  from pg_class
  where relkind in ('v', 'm') and has_table_privilege(pg_class.oid, 'SELECT')
    and not coalesce(
      (select option_value::boolean from pg_options_to_table(reloptions) where option_name = 'security_invoker'), false)
    and exists (
      select from pg_rewrite join pg_depend on pg_depend.objid = pg_rewrite.oid
        join pg_class as source on source.oid = refobjid and refclassid = 'pg_class'::regclass
      where ev_class = pg_class.oid and source.relrowsecurity)
  union all
  select format('the function %s', pg_proc.oid::regprocedure)
  from pg_proc
  where prosecdef and has_function_privilege(pg_proc.oid, 'EXECUTE')
    and pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    and not exists (select from pg_depend where objid = pg_proc.oid and classid = 'pg_proc'::regclass and deptype = 'e')
  order by 1`;

/** By which the role reads past row security, with the rights of whoever made them. */
export async function borrowedRights(database: Queryable): Promise<readonly string[]> {
  const { rows } = await database.query<{ what: string }>(BORROWED);
  return rows.map(({ what }) => what);
}
