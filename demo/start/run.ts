/** One run of a process: launched with a channel to us, waited for, brought to its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isCode } from '../database/files.ts';

export interface Plan {
  readonly name: string;
  /** Absolute path of what Node runs. */
  readonly script: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Answers 200 once the process can do its work. */
  readonly readyUrl: string;
  readonly log: string;
}

export interface Run {
  readonly process: ChildProcess;
  /** How it ended, in words. */
  readonly ended: Promise<string>;
  /** Its end is our wish, not a crash. */
  dismissed: boolean;
}

const patience = { ready: 60_000, stop: 10_000, poll: 40 };

/**
 * The channel is how the process learns that we are gone, however we went: it exits on `disconnect`. In a process
 * group of its own it does not get the terminal's Ctrl-C, so that we can stop everything in order.
 */
export function launch(plan: Plan, log: 'new' | 'continued'): Run {
  const output = openLog(plan.log, log);
  const child = spawn(process.execPath, [...loader(plan.script), plan.script, ...plan.args], {
    cwd: plan.folder,
    env: plan.environment,
    stdio: ['ignore', output, output, 'ipc'],
    detached: true,
  });
  closeSync(output);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`cannot be started (${error.message})`));
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `ended with exit code ${code}` : `was killed (${signal})`),
    );
  });
  return { process: child, ended, dismissed: false };
}

/** Not through a link, which would have us write over a file elsewhere. */
function openLog(file: string, log: 'new' | 'continued'): number {
  const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_TRUNC, O_APPEND } = constants;
  const flags = O_WRONLY | O_CREAT | O_NOFOLLOW | (log === 'new' ? O_TRUNC : O_APPEND);
  try {
    return openSync(file, flags, 0o600);
  } catch (cause) {
    if (!isCode(cause, 'ELOOP')) throw cause;
    throw new Error(`The log ${file} is a symbolic link and is not written through. Remove it.`, { cause });
  }
}

/** Rejects where the process ends first, or takes unreasonably long. */
export async function whenReady(plan: Plan, run: Run): Promise<void> {
  let how: string | undefined;
  void run.ended.then((ending) => {
    how = ending;
  });
  const deadline = Date.now() + patience.ready;
  while (!(await answers(plan.readyUrl))) {
    if (how !== undefined) throw new Error(`${plan.name} ${how}`);
    if (Date.now() > deadline) throw new Error(`${plan.name} is not ready after ${patience.ready / 1000} s`);
    await delay(patience.poll);
  }
}

/** Asks it to finish, and insists after a while. */
export async function terminate(run: Run): Promise<void> {
  run.dismissed = true;
  run.process.kill('SIGTERM');
  const insist = setTimeout(() => run.process.kill('SIGKILL'), patience.stop);
  await run.ended;
  clearTimeout(insist);
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** From the sources, Node needs tsx to read TypeScript. */
function loader(script: string): string[] {
  return script.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
}
