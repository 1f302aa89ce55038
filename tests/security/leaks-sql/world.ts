/** A random domain at work: the kit serves it over a real database whose rows can be exchanged. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createTestDatabase } from '@portcullis/demo/database/testing';
import { type DomainResolvers, type SubgraphContext, serve } from '@portcullis/kit';
import { openPool } from '@portcullis/kit/database/pool';
import { DEFAULT_SETTINGS } from '@portcullis/kit/database/settings';
import { migrate } from '@portcullis/kit/migrate/migrate';
import { collectLog, writeLibrary } from '@portcullis/kit/server/testing';
import { type RandomDomain, tableOf, tablesOf } from './domain.ts';
import { claimOf, type RandomObligations } from './obligations.ts';
import type { Sent } from './print.ts';
import type { Data } from './rows.ts';
import { sdlOf } from './sdl.ts';

export interface Told {
  readonly status: number;
  readonly text: string;
  /** The texts of the statements that it took. */
  readonly statements: readonly string[];
}

export interface World {
  ask(sent: Sent, obligations: RandomObligations): Promise<Told>;
  fill(data: Data): Promise<void>;
  close(): Promise<void>;
}

export async function openWorld(domain: RandomDomain): Promise<World> {
  const [database, library] = await Promise.all([
    createTestDatabase(),
    writeLibrary({ sdl: sdlOf(domain), migration: tablesOf(domain) }),
  ]);
  const settings = { ...DEFAULT_SETTINGS, connections: 1 };
  const owner = openPool({ url: database.ownerUrl, name: 'owner', settings, onLost() {} });
  if (domain.isSecured) await migrate(database.ownerUrl, join(library.folder, 'migrations'));
  else await owner.query(tablesOf(domain));
  const statements = new Map<string, string[]>();
  const subgraph = await serve({
    folder: library.folder,
    resolvers: resolversOf(domain),
    port: 0,
    logTo: collectLog().destination,
    observe: { statement: ({ sql, requestId }) => void statements.get(requestId)?.push(sql) },
    environment: library.environment(database.appUrl),
  });
  return {
    ask: async (sent, obligations) => {
      const token = await library.gateway.token('library', { obligations: claimOf(obligations) });
      const id = randomUUID();
      const own: string[] = [];
      statements.set(id, own);
      const response = await fetch(subgraph.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'txn-token': token, 'x-request-id': id },
        body: JSON.stringify(sent),
      });
      const text = await response.text();
      statements.delete(id);
      return { status: response.status, text, statements: own };
    },
    fill: (data) => fill(owner, domain, data),
    close: async () => {
      await subgraph.close();
      await owner.end();
      await Promise.all([database.drop(), library.remove()]);
    },
  };
}

async function fill(owner: Owner, domain: RandomDomain, data: Data): Promise<void> {
  for (const type of domain.types) {
    const table = tableOf(type);
    await owner.query(`delete from ${table}`);
    await owner.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1)`, [
      JSON.stringify(data.get(type.name) ?? []),
    ]);
  }
}

type Owner = ReturnType<typeof openPool>;

/** What a resolver answers with keys is loaded by the kit; its own SQL is for the database to filter. */
function resolversOf(domain: RandomDomain): DomainResolvers {
  const found = domain.types.map((type) => [
    `${type.list}Found`,
    async (
      _parent: unknown,
      { keys }: { keys: readonly string[] },
      { session }: Pick<SubgraphContext, 'session'>,
    ) => {
      if (!domain.isSecured) return keys.map((id) => ({ id }));
      const sql = `select id from ${tableOf(type)} where id = any($1) order by id`;
      return session.run({ sql, parameters: [keys] });
    },
  ]);
  return { Query: Object.fromEntries(found) };
}
