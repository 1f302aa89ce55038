/** What a process and all that it started have cost, from /proc (Linux). */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** The process itself and, with their own, all that it started and that still run. */
export function descendants(pid: number): readonly number[] {
  const children = read(`/proc/${pid}/task`, (path) => readdirSync(path))?.flatMap((thread) => {
    const listed = read(`/proc/${pid}/task/${thread}/children`, (path) => readFileSync(path, 'utf8'));
    return listed?.split(' ').filter(Boolean).map(Number) ?? [];
  });
  return children === undefined ? [] : [pid, ...children.flatMap(descendants)];
}

/** Milliseconds of processor time of all their threads (proc_pid_stat(5): utime, stime, and those of ended children). */
export function cpuOf(pid: number): number {
  return descendants(pid).reduce((sum, each) => sum + ticksOf(each), 0) * (1000 / ticksPerSecond);
}

function ticksOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`, (path) => readFileSync(path, 'utf8')) ?? '';
  // The second field is the command's name in brackets and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field] ?? 0), 0);
}

/** Megabytes that are resident now. */
export function rssOf(pid: number): number {
  return descendants(pid).reduce((sum, each) => {
    const status = read(`/proc/${each}/status`, (path) => readFileSync(path, 'utf8')) ?? '';
    return sum + Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
  }, 0);
}

/** A process may end between two looks at it. */
function read<Found>(path: string, how: (path: string) => Found): Found | undefined {
  try {
    return how(path);
  } catch {
    return undefined;
  }
}
