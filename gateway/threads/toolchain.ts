/** Composes and plans in threads, so that requests are answered meanwhile: what a gateway does that runs as a process. */
import { readFile } from 'node:fs/promises';
import type { Planner } from '../program.ts';
import { isComposed } from '../snapshot/is-composed.ts';
import type { Composed, Toolchain } from '../snapshot/toolchain.ts';
import { createThreadedPlanner, startPlannerThread } from './planner.ts';
import { Thread } from './thread.ts';

/** Composing takes more than planning: every way through every subgraph is followed. */
const memoryMb = 4_096;

export interface ThreadedToolchain extends Toolchain {
  /** Ends what was started ahead and not used. */
  close(): Promise<void>;
}

/** Begins at once with what the first snapshot of this source will need, while the gateway loads the rest. */
export function createThreadedToolchain(source: string): ThreadedToolchain {
  const ahead = new Ahead(source);
  return {
    compose: (file) => ahead.composed(file) ?? compose(file),
    createPlanner: (supergraphSdl) => ahead.planner(supergraphSdl),
    close: () => ahead.close(),
  };
}

/** What is begun before anybody asks; each is handed out once. */
class Ahead {
  readonly #source: string;
  readonly #sdl: Promise<string | undefined>;
  #composing: Promise<Composed> | undefined;
  #planner: Promise<Planner> | undefined;

  constructor(source: string) {
    this.#source = source;
    const thread = startPlannerThread();
    this.#composing = isComposed(source) ? undefined : compose(source);
    this.#sdl = this.#composing?.then(({ supergraphSdl }) => supergraphSdl) ?? readFile(source, 'utf8');
    this.#planner = this.#sdl.then((sdl = '') =>
      createThreadedPlanner(sdl, { start: once(thread, startPlannerThread) }),
    );
    // Whoever asks is told; if nobody does, nobody has to know.
    this.#sdl.catch(() => {});
    this.#planner.catch(() => thread.end());
  }

  composed(file: string): Promise<Composed> | undefined {
    const composing = file === this.#source ? this.#composing : undefined;
    this.#composing = undefined;
    return composing;
  }

  /** Of this very text; the source may have changed since it was begun. */
  async planner(supergraphSdl: string): Promise<Planner> {
    const planner = this.#planner;
    this.#planner = undefined;
    if (planner === undefined) return createThreadedPlanner(supergraphSdl);
    if ((await this.#sdl.catch(() => undefined)) === supergraphSdl) return planner;
    void closeWhenMade(planner);
    return createThreadedPlanner(supergraphSdl);
  }

  async close(): Promise<void> {
    await closeWhenMade(this.#planner);
    this.#planner = undefined;
  }
}

async function closeWhenMade(planner: Promise<Planner> | undefined): Promise<void> {
  const made = await planner?.catch(() => undefined);
  await made?.close();
}

/** The first time `first`, then whatever is made. */
function once<Value>(first: Value, make: () => Value): () => Value {
  let left: Value | undefined = first;
  return () => {
    const value = left ?? make();
    left = undefined;
    return value;
  };
}

/** In a thread for this once: compositions are rare, and what they leave behind is large. */
async function compose(file: string): Promise<Composed> {
  const thread = new Thread({
    file: new URL('compose-thread', import.meta.url),
    memoryMb,
    // The addresses of subgraphs may be variables.
    environment: process.env,
  });
  try {
    return (await thread.ask(file)) as Composed;
  } finally {
    await thread.end();
  }
}
