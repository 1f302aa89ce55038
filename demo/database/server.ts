/** The server's process: started under a watcher that outlives us just long enough to stop it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Home } from './home.ts';

/**
 * Stops the server when standard input ends, and that happens when we end, however we end: the kernel closes
 * the pipe of a killed process too. SIGINT is PostgreSQL's fast shutdown. A background job gets /dev/null as
 * its input (POSIX sh §2.9.3.1), hence the copy of the pipe in descriptor 3.
 */
const WATCHER = `
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
trap 'kill -INT "$server"' INT TERM HUP
{ cat <&3 >/dev/null 2>&1; kill -INT "$server" 2>/dev/null; } 2>/dev/null >/dev/null &
exec 3<&-
while kill -0 "$server" 2>/dev/null; do wait "$server"; done
[ -z "$EPHEMERAL_DATA" ] || rm -rf "$EPHEMERAL_DATA"/*
`;

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;
const REMEMBERED_LINES = 20;

export interface Server {
  /** Stops the server and returns when it is gone. */
  stop(): Promise<void>;
}

interface ServerOptions {
  readonly data: string;
  readonly port: number;
  readonly durable: boolean;
}

/** What a server wrote before it ended, for a message to a person. */
export class ServerEnded extends Error {}

/** Starts PostgreSQL and returns when it takes connections. */
export async function startServer(home: Home, options: ServerOptions): Promise<Server> {
  const command = [join(home.programs, 'bin', 'postgres'), ...settings(options)];
  const child = spawn('sh', ['-c', WATCHER, 'portcullis-database', ...command], {
    cwd: home.folder,
    env: { ...serverEnvironment(), ...(options.durable ? {} : { EPHEMERAL_DATA: options.data }) },
    stdio: ['pipe', 'ignore', 'pipe'],
    // A session of its own: Ctrl-C in the terminal must reach us first, not the database.
    detached: true,
    ...home.account,
  });
  // The pipe is held, never written; a server that ends first breaks it.
  child.stdin?.on('error', () => {});
  try {
    await ready(child);
  } catch (error) {
    await stopServer(child);
    throw error;
  }
  return { stop: () => stopServer(child) };
}

/** Only what a server needs; nothing of ours, for its account may be another. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}

function settings({ data, port, durable }: ServerOptions): string[] {
  const values: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    log_destination: 'stderr',
    logging_collector: 'off',
    // Losing power may lose a test's data, never a person's.
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return ['-D', data, ...Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

async function ready(child: ChildProcess): Promise<void> {
  const said: string[] = [];
  let limit: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve, reject) => {
    const failed = (why: string) => reject(new ServerEnded(`${why}:\n${said.join('\n')}`));
    limit = setTimeout(
      () => failed(`PostgreSQL was not ready in ${START_LIMIT_MS / 1000} s`),
      START_LIMIT_MS,
    );
    child.once('error', (cause) => reject(new Error('PostgreSQL could not be started', { cause })));
    if (child.stderr === null) return;
    // Read to the end of the server's life, or its pipe would fill and block it.
    const lines = createInterface({ input: child.stderr });
    lines.on('line', (line) => {
      said.push(line);
      if (said.length > REMEMBERED_LINES) said.shift();
      if (line.includes('database system is ready to accept connections')) resolve();
    });
    lines.once('close', () => failed('PostgreSQL ended while it started'));
  }).finally(() => clearTimeout(limit));
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const group = child.pid;
  const gone = once(child, 'exit');
  const limit = setTimeout(() => process.kill(-group, 'SIGKILL'), STOP_LIMIT_MS);
  child.stdin?.end();
  await gone.finally(() => clearTimeout(limit));
}
