/** The database of a demo or a test run: the one that DATABASE_URL names, or an embedded PostgreSQL of our own. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connected } from '@portcullis/kit/database/connect';
import { findBinaries } from './binaries.ts';
import { type Cluster, ensureCluster } from './cluster.ts';
import { type Home, prepareHome } from './home.ts';
import { claimDataDirectory, inUse } from './postmaster.ts';
import { type Server, ServerEnded, startServer } from './server.ts';

export interface DatabaseOptions {
  /** The folder that the cluster belongs to; as root its files lie elsewhere (`home.ts`). */
  readonly dir: string;
  /** Default: the port of the last start if it is free, else any free one. */
  readonly port?: number;
  /** False: for tests. Faster, and `stop` deletes everything. */
  readonly durable?: boolean;
  /** Told what is being done, in words for a person. */
  readonly onProgress?: (step: string) => void;
  readonly environment?: NodeJS.ProcessEnv;
}

export interface Database {
  /** An administrator's URL: may create databases and roles. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Opens the database server; `DATABASE_URL` wins. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { dir, durable = true, onProgress = () => {}, environment = process.env } = options;
  const given = environment['DATABASE_URL'];
  if (given !== undefined && given !== '') {
    onProgress('using the server of DATABASE_URL');
    return { url: given, stop: async () => {} };
  }
  const home = await prepareHome(dir, await findBinaries());
  onProgress('preparing PostgreSQL');
  const cluster = await ensureCluster(home, durable);
  await claimDataDirectory(cluster.data);
  onProgress('starting PostgreSQL');
  const { server, port } = await startOnPort(home, cluster, { port: options.port, durable });
  const url = `postgres://postgres:${cluster.password}@127.0.0.1:${port}/postgres`;
  try {
    await closeToDomains(url);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url,
    async stop() {
      await server.stop();
      if (!durable) await rm(home.folder, { recursive: true, force: true });
    },
  };
}

/** By default every role may open these two; the server is ours, and a domain's role has no business there. */
async function closeToDomains(url: string): Promise<void> {
  await connected(url, (admin) => admin.query('revoke all on database postgres, template1 from public'));
}

interface Wish {
  readonly port: number | undefined;
  readonly durable: boolean;
}

/** Starts on the port that was asked for, or on one that was free a moment ago; a race is tried again. */
async function startOnPort(
  home: Home,
  cluster: Cluster,
  wish: Wish,
): Promise<{ server: Server; port: number }> {
  const file = join(home.folder, 'port');
  const last = Number(await readFile(file, 'utf8').catch(() => '0'));
  for (let attempt = 1; ; attempt += 1) {
    const port = wish.port ?? (await freePort(attempt === 1 ? last : 0));
    try {
      const server = await startServer(home, { data: cluster.data, port, durable: wish.durable });
      await writeFile(file, String(port));
      return { server, port };
    } catch (error) {
      if (!(error instanceof ServerEnded)) throw error;
      if (error.message.includes('lock file "postmaster.pid"'))
        throw new Error(inUse(cluster.data, undefined));
      const taken = error.message.includes('Address already in use');
      if (taken && wish.port !== undefined) {
        throw new Error(`Port ${port} is taken: give the database another one, or leave the choice to it.`);
      }
      if (!taken || attempt === 3) throw error;
    }
  }
}

/** The preferred port if it is free, else any. */
async function freePort(preferred: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => (preferred === 0 ? reject(error) : resolve(freePort(0))));
    probe.listen({ host: '127.0.0.1', port: preferred }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
