/** A thread that is there whenever it is asked: one question at a time, and a new thread where it ended or took too long. */
import { ClientError, InternalError } from '../errors.ts';
import { type Thread, ThreadEnded } from './thread.ts';

export interface SteadyThreadOptions {
  /** What it is, for the text of a fault. */
  readonly name: string;
  readonly start: () => Thread;
  /** What each new thread is told before it is asked anything. */
  readonly first: unknown;
  /** For the first thing, and for any other. */
  readonly firstMs: number;
  readonly mostMs: number;
  readonly mostWaiting: number;
}

interface Started {
  readonly thread: Thread;
  /** What it said to the first thing that it was told. */
  readonly said: unknown;
}

export class SteadyThread {
  readonly #options: SteadyThreadOptions;
  #started: Promise<Started> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #ending: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: SteadyThreadOptions) {
    this.#options = options;
  }

  /** Resolves with what it says to the first thing that it is told. */
  async load(): Promise<unknown> {
    return (await this.#start()).said;
  }

  /** Rejects with an InternalError if the thread ends over it; the next one gets another thread. */
  ask(question: unknown): Promise<unknown> {
    if (this.#waiting >= this.#options.mostWaiting) return Promise.reject(tooMany());
    this.#waiting += 1;
    const answer = this.#last.then(() => this.#askNow(question)).finally(() => this.#answered());
    this.#last = answer.catch(() => {});
    return answer;
  }

  /** Whoever still asks is answered, and the thread ends after it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
    await this.#ending;
    await this.#end();
  }

  async #askNow(question: unknown): Promise<unknown> {
    const { thread } = await this.#start();
    try {
      return await within(this.#options.mostMs, thread, question);
    } catch (error) {
      throw this.#faultOf(error);
    }
  }

  #answered(): void {
    this.#waiting -= 1;
    if (this.#isClosed && this.#waiting === 0) this.#ending = this.#end();
  }

  async #start(): Promise<Started> {
    const started = await this.#started;
    if (started !== undefined && !started.thread.hasEnded) return started;
    this.#started = this.#begin();
    return this.#started;
  }

  async #begin(): Promise<Started> {
    const { start, first, firstMs } = this.#options;
    const thread = start();
    try {
      return { thread, said: await within(firstMs, thread, first) };
    } catch (error) {
      this.#started = undefined;
      await thread.end();
      throw this.#faultOf(error);
    }
  }

  #faultOf(error: unknown): unknown {
    return error instanceof ThreadEnded
      ? new InternalError(`${this.#options.name} ended or took too long`, { cause: error })
      : error;
  }

  async #end(): Promise<void> {
    const starting = this.#started;
    this.#started = undefined;
    const started = await starting?.catch(() => undefined);
    await started?.thread.end();
  }
}

async function within(mostMs: number, thread: Thread, question: unknown): Promise<unknown> {
  const timer = setTimeout(() => void thread.end(), mostMs);
  try {
    return await thread.ask(question);
  } finally {
    clearTimeout(timer);
  }
}

function tooMany(): ClientError {
  return new ClientError(
    'RATE_LIMITED',
    'Too many callers with new rights come at once. Send it again later.',
  );
}
