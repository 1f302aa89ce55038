/** `npm start` as a person runs it, on ports and a state folder of its own. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { repository } from '../mesh/folders.ts';

export interface Place {
  readonly environment: NodeJS.ProcessEnv;
  readonly gateway: number;
}

/** Eight free ports in a row, so that nothing else on the machine is in the way. */
export async function choosePlace(state: string, connections: string): Promise<Place> {
  for (let first = 20_000 + Math.floor(Math.random() * 20_000); ; first += 10) {
    const ports = Array.from({ length: 8 }, (_, index) => first + index);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) {
      return {
        gateway: first,
        environment: {
          ...withoutTheirs(process.env),
          PORT: String(first),
          IDENTITY_PORT: String(first + 1),
          SUBGRAPH_PORT: String(first + 2),
          PORTCULLIS_STATE: state,
          // Answers are compared, so nothing changes by itself.
          VIEWERS_EVERY_MS: '0',
          // Whoever has these set for other work must not find them used here.
          APOLLO_KEY: 'service:somebody:else',
          APOLLO_GRAPH_REF: 'somebody@else',
          RECORD_CONNECTIONS: connections,
          NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'record-connections.mjs')).href}`,
        },
      };
    }
  }
}

function withoutTheirs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(npm_|NODE_OPTIONS|DATABASE_URL)/.test(name)),
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

export interface Demo {
  readonly pid: number;
  /** What it has printed so far. */
  output(): string;
  readonly ended: Promise<number | null>;
  /** Resolves when it says that everything runs. */
  ready(): Promise<void>;
  /** Every process that came of it and is alive: pids with the time they were started at. */
  processes(): readonly string[];
  signal(name: NodeJS.Signals): void;
}

/** As the script `start` does, without npm in between, whose own handling of signals is not ours to test. */
export function start({ environment }: Place): Demo {
  const child = spawn('node', [join(repository, 'dist/cli/portcullis.js'), 'start'], {
    cwd: repository,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const pid = child.pid ?? 0;
  return {
    pid,
    ended,
    output: () => output,
    async ready() {
      while (!output.includes('Ctrl-C stops everything.')) {
        if (over) throw new Error(`the demo ended before it was ready:\n${output}`);
        await sleep(50);
      }
    },
    processes: () => family(pid),
    signal: (name) => child.kill(name),
  };
}

/** Those of `before` that still run. */
export function survivors(before: readonly string[]): readonly string[] {
  const now = new Set(all().map(({ id }) => id));
  return before.filter((id) => now.has(id));
}

function family(root: number): readonly string[] {
  const processes = all();
  const members = new Set([root]);
  // Parents come before children in no certain order: repeat until nothing is added.
  for (let size = 0; size !== members.size; ) {
    size = members.size;
    for (const { pid, parent } of processes) if (members.has(parent)) members.add(pid);
  }
  return processes.filter(({ pid }) => members.has(pid)).map(({ id }) => id);
}

function all() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        // The name of the program stands in parentheses and may hold anything (proc(5)).
        const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return state === 'Z'
          ? []
          : [{ pid: Number(name), parent: Number(parent), id: `${name}@${rest[17]}` }];
      } catch {
        return [];
      }
    });
}
