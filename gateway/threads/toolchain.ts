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
  /** Ends what was started ahead and is not used. */
  close(): Promise<void>;
}

/** Begins at once with what the first snapshot of this source will need, while the gateway loads the rest. */
export function createThreadedToolchain(source: string): ThreadedToolchain {
  const planners = new Planners();
  const composeAhead = (file: string): Promise<Composed> => {
    planners.warm();
    return compose(file);
  };
  let composing = isComposed(source) ? undefined : composeAhead(source);
  planners.begin(composing?.then(({ supergraphSdl }) => supergraphSdl) ?? readFile(source, 'utf8'));
  return {
    compose(file) {
      const begun = file === source ? composing : undefined;
      composing = undefined;
      return begun ?? composeAhead(file);
    },
    createPlanner: (supergraphSdl) => planners.create(supergraphSdl),
    close: () => planners.close(),
  };
}

/** A planner that was begun before anybody asked for it. */
interface Begun {
  /** Undefined if there will be none. */
  readonly sdl: Promise<string | undefined>;
  readonly planner: Promise<Planner>;
}

class Planners {
  /** A thread that loads its libraries while it is not known yet for which supergraph. */
  #warm: Thread | undefined;
  #begun: Begun | undefined;

  warm(): void {
    this.#warm ??= startPlannerThread();
  }

  begin(text: Promise<string | undefined>): void {
    this.warm();
    // Whoever reads it for good is told what is wrong with it.
    const sdl = text.catch(() => undefined);
    const planner = sdl.then((known) => {
      if (known === undefined) throw new Error('there is no supergraph to plan for');
      return this.#create(known);
    });
    planner.catch(() => {});
    this.#begun = { sdl, planner };
  }

  async create(supergraphSdl: string): Promise<Planner> {
    const begun = this.#begun;
    this.#begun = undefined;
    // The source may have changed since it was begun.
    if (begun !== undefined && (await begun.sdl) === supergraphSdl) return begun.planner;
    void closeWhenMade(begun?.planner);
    return this.#create(supergraphSdl);
  }

  async close(): Promise<void> {
    await closeWhenMade(this.#begun?.planner);
    this.#begun = undefined;
    await this.#warm?.end();
  }

  #create(supergraphSdl: string): Promise<Planner> {
    return createThreadedPlanner(supergraphSdl, { start: () => this.#take() });
  }

  #take(): Thread {
    const thread = this.#warm ?? startPlannerThread();
    this.#warm = undefined;
    return thread;
  }
}

async function closeWhenMade(planner: Promise<Planner> | undefined): Promise<void> {
  const made = await planner?.catch(() => undefined);
  await made?.close();
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
