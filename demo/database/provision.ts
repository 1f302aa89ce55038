/** A database, an owner role and a low-privilege login role for one domain. */
import { connected } from '@portcullis/kit/database/connect';
import { guardedName } from '@portcullis/kit/database/guarded-role';
import { type Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';

export interface ProvisionOptions {
  /** An administrator's URL: a superuser, or a role with CREATEDB and CREATEROLE. */
  readonly admin: string;
  /** Name of the database, and stem of the names of its two roles. */
  readonly name: string;
  /** Gives the password of a role; the same at every call. */
  readonly password: (role: string) => Promise<string>;
}

/** The two ways into a domain's database. */
export interface DomainUrls {
  /** For migrations; undefined where the domain's database is given and migrated elsewhere. */
  readonly ownerUrl: string | undefined;
  /** For serving: reads what the owner made, owns nothing. */
  readonly appUrl: string;
}

/** Several processes with the kit's pool, and not all that a server has: one domain must not starve the others. */
const CONNECTION_LIMIT = 50;
/** SQLSTATE `insufficient_privilege`. */
const INSUFFICIENT_PRIVILEGE = '42501';

/** Makes what is missing and leaves the rest; may be repeated. */
export async function provision(
  options: ProvisionOptions,
): Promise<DomainUrls & { readonly ownerUrl: string }> {
  const { name } = options;
  const owner = { role: `${name}_owner`, password: await options.password(`${name}_owner`) };
  const app = { role: `${name}_app`, password: await options.password(`${name}_app`) };
  const mayRevoke = await connected(options.admin, async (admin) => {
    for (const { role, password } of [owner, app]) await ensureRole(admin, role, password);
    await restrictServing(admin, app.role);
    await ensureGuarded(admin, app.role);
    await ensureDatabase(admin, name, owner.role);
    return isSuperuser(admin);
  });
  const ownerUrl = urlOf(options.admin, name, owner);
  // As the owner, because an administrator that is no superuser has no rights in a database of another.
  await connected(ownerUrl, (client) => grant(client, name, app.role));
  if (mayRevoke) await connected(inDatabase(options.admin, name), revokeLargeObjects);
  return { ownerUrl, appUrl: urlOf(options.admin, name, app) };
}

/** Drops what `provision` made, whoever is connected. */
export async function unprovision(adminUrl: string, name: string): Promise<void> {
  await connected(adminUrl, async (admin) => {
    await dropDatabase(admin, name);
    for (const role of [`${name}_app`, guardedName(`${name}_app`), `${name}_owner`]) {
      await admin.query(`drop role if exists ${escapeIdentifier(role)}`);
    }
  });
}

async function dropDatabase(admin: Client, name: string): Promise<void> {
  const drop = `drop database if exists ${escapeIdentifier(name)}`;
  try {
    await admin.query(`${drop} with (force)`);
  } catch (error) {
    if (!(error instanceof DatabaseError && error.code === INSUFFICIENT_PRIVILEGE)) throw error;
    // Autovacuum is at work there: only a superuser may force it out, while a plain DROP asks it to go and waits for it.
    await admin.query(drop);
  }
}

async function ensureRole(admin: Client, role: string, password: string): Promise<void> {
  const id = escapeIdentifier(role);
  const { rows } = await admin.query<Rights>(RIGHTS, [role]);
  const [found] = rows;
  if (found?.powerful === true) {
    throw new Error(
      `The role ${role} may do more than a domain's role should (superuser, createdb, createrole, replication or bypassrls). Take these rights from it, or drop it.`,
    );
  }
  // CREATE ROLE takes no parameters; both names are quoted.
  if (found === undefined) {
    await admin.query(
      `create role ${id} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password ${escapeLiteral(password)}`,
    );
  } else {
    await admin.query(`alter role ${id} login password ${escapeLiteral(password)}`);
  }
  // Without this a plain administrator could neither give the owner a database nor end the roles' sessions.
  await admin.query(
    `do $$ begin if not (select rolsuper from pg_roles where rolname = current_user) then grant ${id} to current_user; end if; end $$`,
  );
}

/** A default only, which a session may change: the second wall, behind the rights that the role does not have. */
async function restrictServing(admin: Client, role: string): Promise<void> {
  const id = escapeIdentifier(role);
  await admin.query(`alter role ${id} connection limit ${CONNECTION_LIMIT}`);
  await admin.query(`alter role ${id} set default_transaction_read_only = on`);
}

/** What may read guarded columns as well: nobody logs in as it, and the serving role has to say that it takes it. */
async function ensureGuarded(admin: Client, app: string): Promise<void> {
  const guarded = guardedName(app);
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [guarded]);
  if (rowCount === 0) {
    await admin.query(
      `create role ${escapeIdentifier(guarded)} nologin nosuperuser nocreatedb nocreaterole noreplication nobypassrls`,
    );
  }
  // From PostgreSQL 16 on a membership has what its member has at the grant, before it is the member's alone.
  await admin.query(`alter role ${escapeIdentifier(app)} noinherit`);
  await admin.query(`grant ${escapeIdentifier(guarded)} to ${escapeIdentifier(app)}`);
}

async function isSuperuser(admin: Client): Promise<boolean> {
  const { rows } = await admin.query<{ superuser: boolean }>(
    'select rolsuper as superuser from pg_roles where rolname = current_user',
  );
  return rows[0]?.superuser === true;
}

/**
 * Everybody may make large objects, a read-only transaction did not prevent it before PostgreSQL 16, and the
 * functions belong to the server's superuser: a plain administrator cannot revoke them.
 */
async function revokeLargeObjects(superuser: Client): Promise<void> {
  await superuser.query(`
    do $$ declare f regprocedure; begin
      for f in select oid from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace and proname ~ '^(lo_|loread$|lowrite$)'
      loop
        execute format('revoke execute on function %s from public', f);
      end loop;
    end $$`);
}

interface Rights {
  readonly powerful: boolean;
}

const RIGHTS = `
  select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls as powerful
  from pg_roles where rolname = $1`;

async function ensureDatabase(admin: Client, name: string, owner: string): Promise<void> {
  const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [name]);
  if (rowCount !== 0) return;
  // The C locale orders by code point on every server and version; a collation that changes would change
  // the order of pages and the indexes below them. It needs template0.
  await admin.query(
    `create database ${escapeIdentifier(name)} owner ${escapeIdentifier(owner)} template template0 encoding 'UTF8' locale 'C'`,
  );
}

async function grant(owner: Client, name: string, app: string): Promise<void> {
  const database = escapeIdentifier(name);
  const role = escapeIdentifier(app);
  await owner.query('begin');
  // By default everybody may connect, so the role of one domain could open the database of another.
  await owner.query(`revoke all on database ${database} from public`);
  await owner.query(`grant connect on database ${database} to ${role}`);
  await owner.query('revoke all on schema public from public');
  const guarded = escapeIdentifier(guardedName(app));
  await owner.query(`grant usage on schema public to ${role}, ${guarded}`);
  await owner.query(`grant select on all tables in schema public to ${guarded}`);
  await owner.query(grantUnguarded(app));
  await owner.query(
    `alter default privileges in schema public grant select on tables to ${role}, ${guarded}`,
  );
  await owner.query('commit');
}

/** A table of which the role has been given some columns keeps the others. */
function grantUnguarded(app: string): string {
  const name = escapeLiteral(app);
  return `
    do $$ declare t regclass; begin
      for t in select oid from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')
        and not exists (
          select from pg_attribute, aclexplode(attacl) as acl
          where attrelid = pg_class.oid and acl.grantee = (select oid from pg_roles where rolname = ${name})
        )
      loop
        execute format('grant select on %s to %I', t, ${name});
      end loop;
    end $$`;
}

function urlOf(admin: string, database: string, login: { role: string; password: string }): string {
  const url = new URL(inDatabase(admin, database));
  url.username = login.role;
  url.password = login.password;
  return url.href;
}

function inDatabase(admin: string, database: string): string {
  const url = new URL(admin);
  url.pathname = `/${database}`;
  return url.href;
}
