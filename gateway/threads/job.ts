/** An operation that is to be planned: once, for all who ask for it meanwhile. */
import type { QueryPlan } from '@apollo/query-planner';
import type { Asker } from '../program.ts';

export interface JobQuestion {
  readonly operation: string;
  readonly labels: readonly string[];
}

export class Job {
  /** Equal for equal questions. */
  readonly key: string;
  readonly question: JobQuestion;
  readonly promise: Promise<QueryPlan>;
  #resolve: (plan: QueryPlan) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  readonly #askers: Asker[] = [];

  constructor(key: string, question: JobQuestion) {
    this.key = key;
    this.question = question;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever asked may have gone, and nobody has to be told.
    this.promise.catch(() => {});
  }

  join(asker: Asker): void {
    this.#askers.push(asker);
  }

  get isWaitedFor(): boolean {
    while (this.#askers[0]?.signal.aborted) this.#askers.shift();
    return this.#askers.length > 0;
  }

  resolve(plan: QueryPlan): void {
    this.#resolve(plan);
  }

  reject(error: unknown): void {
    this.#reject(error);
  }
}
