/** The load generator's process, as its user sees it: one job at a time. */
import { once } from 'node:events';
import { join } from 'node:path';
import { startNode } from '../measure/processes.ts';
import type { Job, JobResult, Load } from './job.ts';

export type Generate = (job: Job) => Promise<Load>;

export function startGenerator(): Generate {
  const child = startNode(join(import.meta.dirname, 'load.ts'), []);
  return async (job) => {
    const ended = new AbortController();
    const gone = once(child, 'exit', ended).then(() => ({ failure: 'the load generator ended' }));
    const told = once(child, 'message', ended).then(([result]) => result as JobResult);
    gone.catch(() => {});
    told.catch(() => {});
    child.send(job);
    const result = await Promise.race([told, gone]);
    ended.abort();
    if ('failure' in result) throw new Error(result.failure);
    return result;
  };
}
