/** A planner that holds up nobody: it plans in a thread of its own, which is replaced when an operation is too much for it. */
import type { QueryPlan } from '@apollo/query-planner';
import { LRUCache } from 'lru-cache';
import { ClientError, InternalError } from '../errors.ts';
import { tooCostly } from '../plan/budget.ts';
import type { Operation, Planner } from '../program.ts';
import type { PlannerQuestion } from './planner-answers.ts';
import { Thread, ThreadEnded } from './thread.ts';

/** Far more than a graph of a thousand types takes; what would need more is one operation. */
const memoryMb = 2_048;

/**
 * Stands behind the budget, which counts: nothing that passes it was measured to take a third of this. Wall-clock time says
 * as much about the machine as about the operation, so it is generous.
 */
const mostMilliseconds = 4_000;

/** Operations that wait for their plan. More at once is a flood of new operations, not a use. */
const mostWaiting = 1_000;

/** Refusals that are remembered, so that the same operation does not cost a thread each time it is sent. */
const mostRefusals = 200;

export interface ThreadedPlannerOptions {
  readonly start: () => Thread;
  readonly mostMilliseconds: number;
}

interface Job {
  readonly question: { readonly operation: string; readonly labels: readonly string[] };
  readonly promise: Promise<QueryPlan>;
  resolve(plan: QueryPlan): void;
  reject(error: unknown): void;
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
  /** By the key of their operations and by labels, in the order in which they came; the first is being planned. */
  readonly #jobs = new Map<string, Job>();
  readonly #refusals = new LRUCache<string, ClientError>({ max: mostRefusals });
  #thread: Promise<Thread> | undefined;
  #working: Promise<void> | undefined;
  #isClosed = false;

  constructor(supergraphSdl: string, options: ThreadedPlannerOptions) {
    this.#supergraphSdl = supergraphSdl;
    this.#options = options;
  }

  plan(operation: Operation, labels: readonly string[] = []): Promise<QueryPlan> {
    const key = labels.length === 0 ? operation.key : `${JSON.stringify(labels)}${operation.key}`;
    const refusal = this.#refusals.get(key);
    if (refusal !== undefined) return Promise.reject(refusal);
    const known = this.#jobs.get(key);
    if (known !== undefined) return known.promise;
    if (this.#jobs.size >= mostWaiting) return Promise.reject(tooMany());
    const job = createJob({ operation: operation.key, labels });
    this.#jobs.set(key, job);
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

  /** One after the other, so that it is known which operation was too much. A map also goes through what is added meanwhile. */
  async #work(): Promise<void> {
    for (const [key, job] of this.#jobs) {
      await this.#planOne(key, job.question).then(job.resolve, job.reject);
      this.#jobs.delete(key);
    }
    this.#working = undefined;
    // A request of a generation that is gone has started it again.
    if (this.#isClosed) await this.#end();
  }

  async #planOne(key: string, question: PlannerQuestion): Promise<QueryPlan> {
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

function createJob(question: Job['question']): Job {
  let resolve: Job['resolve'] = () => {};
  let reject: Job['reject'] = () => {};
  const promise = new Promise<QueryPlan>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  return { question, promise, resolve, reject };
}

function tooMany(): ClientError {
  return new ClientError('RATE_LIMITED', 'Too many new operations are sent at once. Send it again later.');
}
