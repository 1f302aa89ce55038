/** Composes in a thread of its own. */
import type { Composed } from '../snapshot/toolchain.ts';
import { Thread } from './thread.ts';

/** Composing takes more than planning: every way through every subgraph is followed. */
const memoryMb = 4_096;

/**
 * How long the thread is kept for the next composition, which takes a third of the first: who works on a graph saves again
 * and again. A gateway whose graph rests has its memory back.
 */
const keptMs = 300_000;

export type ComposeQuestion = { readonly step: 'merge'; readonly file: string } | { readonly step: 'verify' };

export class Composer {
  /** Is told what the supergraph will be if it holds. */
  readonly #merged: (supergraphSdl: string) => void;
  #thread: Thread | undefined;
  #underway = 0;
  #end: NodeJS.Timeout | undefined;

  constructor(merged: (supergraphSdl: string) => void) {
    this.#merged = merged;
  }

  /** One at a time: the second step is about the last first one. */
  async compose(file: string): Promise<Composed> {
    clearTimeout(this.#end);
    this.#underway += 1;
    this.#thread ??= start();
    const thread = this.#thread;
    try {
      const ask = async (question: ComposeQuestion) => (await thread.ask(question)) as Composed;
      const merged = await ask({ step: 'merge', file });
      if (merged.supergraphSdl === undefined) return merged;
      const verified = ask({ step: 'verify' });
      this.#merged(merged.supergraphSdl);
      return await verified;
    } catch (error) {
      // It may be the end of the thread: the next gets a new one.
      if (this.#thread === thread) this.#thread = undefined;
      await thread.end();
      throw error;
    } finally {
      this.#underway -= 1;
      if (this.#underway === 0) this.#end = setTimeout(() => void this.close(), keptMs).unref();
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#end);
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.end();
  }
}

function start(): Thread {
  // The addresses of subgraphs may be variables.
  return new Thread({ file: new URL('compose-thread', import.meta.url), memoryMb, environment: process.env });
}
