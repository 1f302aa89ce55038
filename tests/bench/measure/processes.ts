/** Starts the processes of the benchmark, and ends them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { descendants } from './cost.ts';

const started: ChildProcess[] = [];

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Options of Node itself. */
  readonly node?: readonly string[];
}

/** With tsx where it is TypeScript; with a channel, so that nothing of ours outlives the benchmark. */
export function startNode(script: string, args: readonly string[], options: StartOptions = {}): ChildProcess {
  const loader = script.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
  return start(process.execPath, [...(options.node ?? []), ...loader, script, ...args], {
    ...options,
    channel: true,
  });
}

export function start(
  command: string,
  args: readonly string[],
  { env = {}, cwd, channel = false }: StartOptions & { readonly channel?: boolean } = {},
): ChildProcess {
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'inherit', ...(channel ? (['ipc'] as const) : [])],
    env: { ...process.env, NODE_ENV: 'production', ...env },
    cwd,
  });
  started.push(child);
  return child;
}

/** @returns the message that the script sends before it ends */
export async function answerOf(script: string, args: readonly string[]): Promise<unknown> {
  const child = startNode(script, args);
  const [answer] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${script} ended with exit code ${code}`))),
  ]);
  return answer;
}

export async function stopAll(): Promise<void> {
  await Promise.all(started.splice(0).map(stop));
}

/** What it started goes with it. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const below = descendants(child.pid).filter((pid) => pid !== child.pid);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const impatient = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await ended;
  clearTimeout(impatient);
  for (const pid of below) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended with its parent.
    }
  }
}

/** @returns milliseconds until the first answer */
export async function untilItAnswers(url: string, child: ChildProcess, headers = {}): Promise<number> {
  const begun = performance.now();
  while (performance.now() - begun < 30_000 && child.exitCode === null) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: '{ __typename }' }),
    }).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return performance.now() - begun;
    await delay(5);
  }
  throw new Error(`${url} does not answer (${child.spawnargs.join(' ')})`);
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
