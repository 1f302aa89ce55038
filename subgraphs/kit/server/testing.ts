/** A small domain at work over a real database, for tests of what stands around its resolvers. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestIssuer, type TestIssuer } from '../identity/testing.ts';
import type { DomainResolver, DomainResolvers } from '../resolve/domain-resolvers.ts';

export const LIBRARY_SDL = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

"A book on a shelf."
type Book @key(fields: "id") @table(name: "books") @dataProduct {
  id: ID!
  title: String @dimension
  pages: Long @measure
  "Whatever the test has it do."
  remark: String @resolved(needs: ["id"])
}
`;

export const LIBRARY_MIGRATION = `
create table books (id text primary key, title text, pages bigint);
insert into books select 'b' || n, 'Book ' || n, 9007199254740993 + n from generate_series(1, 5) as n;
`;

export interface Library {
  /** The domain's folder; its name is "library". */
  readonly folder: string;
  /** The path of the gateway's keys. */
  readonly keys: string;
  readonly gateway: TestIssuer;
  /** What the process of the subgraph is given. */
  readonly environment: (databaseUrl: string) => NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

interface Contents {
  readonly sdl?: string;
  readonly migration?: string;
}

/** Writes the domain's folder and a gateway's keys. */
export async function writeLibrary(contents: Contents = {}): Promise<Library> {
  const { sdl = LIBRARY_SDL, migration = LIBRARY_MIGRATION } = contents;
  const root = await mkdtemp(join(tmpdir(), 'portcullis library '));
  const folder = join(root, 'library');
  await mkdir(join(folder, 'migrations'), { recursive: true });
  await writeFile(join(folder, 'schema.graphql'), sdl);
  await writeFile(join(folder, 'migrations', '001_books.sql'), migration);
  const gateway = await createTestIssuer();
  const keys = join(root, 'jwks.json');
  await writeFile(keys, JSON.stringify(gateway.jwks));
  return {
    folder,
    keys,
    gateway,
    environment: (databaseUrl) => ({
      LIBRARY_DATABASE_URL: databaseUrl,
      TXN_TOKEN_ISSUER: gateway.issuer,
      TXN_TOKEN_JWKS: keys,
      LOG_LEVEL: 'debug',
      DATABASE_CONNECT_TIMEOUT_MS: '500',
    }),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** Resolvers of the library, with a count of how often they ran. */
export function countingResolvers(remark: DomainResolver = () => 'fine') {
  const counted = { calls: 0 };
  const resolvers: DomainResolvers = {
    Book: {
      remark(...parameters) {
        counted.calls += 1;
        return remark(...parameters);
      },
    },
  };
  return { counted, resolvers };
}

/** Lines of a log, as objects. */
export function collectLog() {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => {
    lines.push(JSON.parse(line) as Record<string, unknown>);
  };
  return { lines, destination: { write }, text: () => JSON.stringify(lines) };
}
