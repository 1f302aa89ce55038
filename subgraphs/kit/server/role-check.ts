/** Whether the role that serves may do more than read: row security does not hold for a superuser or an owner. */
import type { Pool } from 'pg';

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
