/** A thread of ours that answers one question after another: bounded in memory, and never what keeps the process alive. */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type Failure, revive } from './failure.ts';

export interface ThreadOptions {
  /** The file that it runs, without extension: beside the sources it is TypeScript, in `dist` what was built of it. */
  readonly file: URL;
  readonly memoryMb: number;
  readonly environment: NodeJS.ProcessEnv;
}

export type Answer = { readonly value: unknown } | { readonly failure: Failure };

/** It has ended before it answered: by `end`, by a crash, or for want of memory. */
export class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded';
}

interface Asked {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export class Thread {
  readonly #worker: Worker;
  readonly #asked: Asked[] = [];
  #fault: unknown;
  #hasEnded = false;

  constructor({ file, memoryMb, environment }: ThreadOptions) {
    const { script, data } = scriptOf(file);
    this.#worker = new Worker(script, {
      workerData: data,
      env: environment,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    this.#worker.on('message', (answer: Answer) => this.#answered(answer));
    this.#worker.on('error', (error) => {
      this.#fault = error;
    });
    this.#worker.on('exit', () => this.#exited());
    this.#worker.unref();
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Answered in the order in which it was asked. The process stays alive for it. */
  ask(question: unknown): Promise<unknown> {
    if (this.#hasEnded) return Promise.reject(this.#endedError());
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(question);
    });
  }

  /** At once, whatever it is at. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #answered(answer: Answer): void {
    const asked = this.#asked.shift();
    if (this.#asked.length === 0) this.#worker.unref();
    if ('value' in answer) asked?.resolve(answer.value);
    else asked?.reject(revive(answer.failure));
  }

  #exited(): void {
    this.#hasEnded = true;
    for (const asked of this.#asked.splice(0)) asked.reject(this.#endedError());
  }

  #endedError(): ThreadEnded {
    const why = this.#fault === undefined ? '' : `: ${messageOf(this.#fault)}`;
    return new ThreadEnded(`the thread has ended${why}`, { cause: this.#fault });
  }
}

/** Beside its TypeScript source, or built in `dist` as this file is. Under `tsx` and Jest a thread knows nothing of either. */
function scriptOf(file: URL) {
  const extension = extname(fileURLToPath(import.meta.url));
  if (extension !== '.ts') return { script: `${fileURLToPath(file)}${extension}`, data: undefined };
  const script = fileURLToPath(new URL('from-source.mjs', import.meta.url));
  return { script, data: { file: `${file.href}${extension}` } };
}

/** What is thrown in another thread is no `Error` of this one. */
function messageOf(fault: unknown): string {
  return typeof fault === 'object' && fault !== null && 'message' in fault
    ? String(fault.message)
    : String(fault);
}
