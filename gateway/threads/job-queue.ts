/** Operations that wait for their plan. Principals take turns, so that who sends many waits for them himself. */
import { ClientError, InternalError } from '../errors.ts';
import type { Asker } from '../program.ts';
import type { Job } from './job.ts';

/** What one principal waits for, in the order in which it asked. */
interface Line {
  readonly principal: string;
  readonly jobs: readonly Job[];
}

/**
 * A job stands in the line of each principal that asks for it, and leaves all of them when the first has its turn. Lines are
 * short and gone through from front to end: planning the least of operations takes longer.
 */
export class JobQueue {
  readonly #most: number;
  /** In the order of their turns; none is empty. */
  #lines: readonly Line[] = [];

  /** `most`: places in all lines together. */
  constructor(most: number) {
    this.#most = most;
  }

  find(key: string): Job | undefined {
    return this.#lines.flatMap(({ jobs }) => jobs).find((job) => job.key === key);
  }

  /**
   * Where there is no room, the last of whoever takes most of it is refused.
   * @throws ClientError if that is this one
   */
  enter(job: Job, asker: Asker): void {
    job.join(asker);
    if (this.#jobsOf(asker.principal).includes(job)) return;
    this.#dropUnawaited();
    const own = { principal: asker.principal, jobs: [...this.#jobsOf(asker.principal), job] };
    this.#lines =
      own.jobs.length === 1
        ? [...this.#lines, own]
        : this.#lines.map((line) => (line.principal === own.principal ? own : line));
    const places = this.#lines.reduce((sum, { jobs }) => sum + jobs.length, 0);
    if (places > this.#most) this.#refuseOne(own);
  }

  /** The next that somebody still waits for. */
  next(): Job | undefined {
    this.#dropUnawaited();
    const [line] = this.#lines;
    const job = line?.jobs[0];
    if (line === undefined || job === undefined) return undefined;
    this.#lines = [...this.#lines.slice(1), line];
    this.#keep((each) => each !== job);
    return job;
  }

  #refuseOne(own: Line): void {
    const longest = this.#lines.reduce((one, line) => (line.jobs.length > one.jobs.length ? line : one), own);
    const last = longest.jobs.at(-1);
    this.#keep((job, line) => job !== last || line !== longest);
    if (longest === own) throw tooMany();
    // Others may wait for the same.
    if (last !== undefined && this.find(last.key) === undefined) last.reject(tooMany());
  }

  #dropUnawaited(): void {
    for (const { jobs } of this.#lines) {
      for (const job of jobs)
        if (!job.isWaitedFor) job.reject(new InternalError('whoever asked for this plan has gone'));
    }
    this.#keep((job) => job.isWaitedFor);
  }

  #keep(isKept: (job: Job, line: Line) => boolean): void {
    this.#lines = this.#lines
      .map((line) => ({ ...line, jobs: line.jobs.filter((job) => isKept(job, line)) }))
      .filter(({ jobs }) => jobs.length > 0);
  }

  #jobsOf(principal: string): readonly Job[] {
    return this.#lines.find((line) => line.principal === principal)?.jobs ?? [];
  }
}

function tooMany(): ClientError {
  return new ClientError('RATE_LIMITED', 'Too many new operations are sent at once. Send it again later.');
}
