/** A planner that holds up nobody: it plans in a thread of its own, which is replaced when an operation is too much for it. */
import type { QueryPlan } from '@apollo/query-planner';
import { LRUCache } from 'lru-cache';
import { ClientError, InternalError } from '../errors.ts';
import { tooCostly } from '../plan/budget.ts';
import type { Asker, Operation, Planner } from '../program.ts';
import { Job, type JobQuestion } from './job.ts';
import { JobQueue } from './job-queue.ts';
import type { PlannerQuestion } from './planner-answers.ts';
import { Thread, ThreadEnded } from './thread.ts';

/** Far more than a graph of a thousand types takes; what would need more is one operation. */
const memoryMb = 2_048;

/**
 * Stands behind the budget, which counts: nothing that passes it was measured to take a third of this. Wall-clock time says
 * as much about the machine as about the operation, so it is generous.
 */
const mostMilliseconds = 4_000;

/** Places for operations that wait for their plan. More at once is a flood of new operations, not a use. */
const mostWaiting = 1_000;

/** Characters of operations whose refusal is remembered, so that they do not cost a thread each time they are sent. */
const mostRefused = 4 * 1024 * 1024;

export interface ThreadedPlannerOptions {
  readonly start: () => Thread;
  readonly mostMilliseconds: number;
}

export function startPlannerThread(): Thread {
  return new Thread({ file: new URL('planner-thread', import.meta.url), memoryMb, environment: {} });
}

/** Resolves when it can plan; rejects if it cannot for this supergraph. */
export async function createThreadedPlanner(
  supergraphSdl: string,
  options: Partial<ThreadedPlannerOptions> = {},
): Promise<Planner> {
  const planner = new ThreadedPlanner(supergraphSdl, {
    start: startPlannerThread,
    mostMilliseconds,
    ...options,
  });
  await planner.load();
  return planner;
}

class ThreadedPlanner implements Planner {
  readonly #supergraphSdl: string;
  readonly #options: ThreadedPlannerOptions;
  readonly #waiting = new JobQueue(mostWaiting);
  #running: Job | undefined;
  readonly #refusals = new LRUCache<string, ClientError>({
    maxSize: mostRefused,
    sizeCalculation: (_, { length }) => length,
  });
  #thread: Promise<Thread> | undefined;
  #working: Promise<void> | undefined;
  #isClosed = false;

  constructor(supergraphSdl: string, options: ThreadedPlannerOptions) {
    this.#supergraphSdl = supergraphSdl;
    this.#options = options;
  }

  plan(operation: Operation, labels: readonly string[], asker: Asker): Promise<QueryPlan> {
    const key = labels.length === 0 ? operation.key : `${JSON.stringify(labels)}${operation.key}`;
    const refusal = this.#refusals.get(key);
    if (refusal !== undefined) return Promise.reject(refusal);
    if (this.#running?.key === key) return this.#running.promise;
    const job = this.#waiting.find(key) ?? new Job(key, { operation: operation.key, labels });
    try {
      this.#waiting.enter(job, asker);
    } catch (error) {
      return Promise.reject(error);
    }
    this.#working ??= this.#work();
    return job.promise;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#working;
    await this.#end();
  }

  /** The thread, with its supergraph: started where there is none. */
  load(): Promise<Thread> {
    this.#thread ??= this.#start();
    return this.#thread;
  }

  async #start(): Promise<Thread> {
    const thread = this.#options.start();
    const question: PlannerQuestion = { supergraphSdl: this.#supergraphSdl };
    try {
      await thread.ask(question);
      return thread;
    } catch (error) {
      this.#thread = undefined;
      await thread.end();
      throw error instanceof ThreadEnded
        ? new InternalError('the planner does not start', { cause: error })
        : error;
    }
  }

  /** One after the other, so that it is known which operation was too much. */
  async #work(): Promise<void> {
    // If all have gone already it would end before it is known that it has begun.
    await Promise.resolve();
    for (let job = this.#waiting.next(); job !== undefined; job = this.#waiting.next()) {
      this.#running = job;
      await this.#planOne(job.key, job.question).then(
        (plan) => job.resolve(plan),
        (error) => job.reject(error),
      );
    }
    this.#running = undefined;
    this.#working = undefined;
    // A request of a generation that is gone has started it again.
    if (this.#isClosed) await this.#end();
  }

  async #planOne(key: string, question: JobQuestion): Promise<QueryPlan> {
    const thread = await this.load();
    const timer = setTimeout(() => void thread.end(), this.#options.mostMilliseconds);
    try {
      return JSON.parse(String(await thread.ask(question))) as QueryPlan;
    } catch (error) {
      throw this.#refusalOf(key, error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What ends the thread is refused like what exceeds the budget, whatever it was; the next gets a new one. */
  #refusalOf(key: string, error: unknown): unknown {
    const refusal = error instanceof ThreadEnded ? tooCostly(error) : error;
    if (refusal instanceof ClientError) this.#refusals.set(key, refusal);
    if (error instanceof ThreadEnded) {
      this.#thread = this.#start();
      // Told to whoever asks next.
      this.#thread.catch(() => {});
    }
    return refusal;
  }

  async #end(): Promise<void> {
    const ending = this.#thread;
    this.#thread = undefined;
    const thread = await ending?.catch(() => undefined);
    await thread?.end();
  }
}
