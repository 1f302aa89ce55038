/** Composes and plans in threads, so that requests are answered meanwhile: what a gateway does that runs as a process. */
import { readFile } from 'node:fs/promises';
import type { Planner } from '../program.ts';
import { isComposed } from '../snapshot/is-composed.ts';
import type { Composed, Toolchain } from '../snapshot/toolchain.ts';
import { Composer } from './composer.ts';
import { createThreadedPlanner, startPlannerThread } from './planner.ts';
import type { Thread } from './thread.ts';
import { createThreadedAccess } from './views.ts';

export interface ThreadedToolchain extends Toolchain {
  /** Ends what was started ahead and is not used. */
  close(): Promise<void>;
}

/** Begins at once with what the first snapshot of this source will need, while the gateway loads the rest. */
export function createThreadedToolchain(source: string): ThreadedToolchain {
  const planners = new Planners();
  const composer = new Composer((supergraphSdl) => planners.begin(supergraphSdl));
  const compose = async (file: string): Promise<Composed> => {
    planners.warm();
    const composed = await composer.compose(file);
    if (composed.supergraphSdl === undefined) planners.discard();
    return composed;
  };
  planners.warm();
  let composing = isComposed(source) ? undefined : compose(source);
  const reading = isComposed(source) ? readFile(source, 'utf8') : undefined;
  // Whoever asks is told what failed; if nobody does, nobody has to know.
  composing?.catch(() => {});
  reading?.then((supergraphSdl) => planners.begin(supergraphSdl)).catch(() => {});
  return {
    compose(file) {
      const begun = file === source ? composing : undefined;
      composing = undefined;
      return begun ?? compose(file);
    },
    createPlanner: (supergraphSdl) => planners.create(supergraphSdl),
    createAccess: (files, supergraph) => createThreadedAccess(files, supergraph),
    async close() {
      await Promise.all([planners.close(), composer.close()]);
    },
  };
}

/** Planners that are begun before anybody asks for them. */
class Planners {
  /** A thread that loads its libraries while it is not known yet for which supergraph. */
  #warm: Thread | undefined;
  #begun: { readonly supergraphSdl: string; readonly planner: Promise<Planner> } | undefined;
  /** The last one that was asked for: what did not change needs no other. */
  #latest: string | undefined;

  warm(): void {
    this.#warm ??= startPlannerThread();
  }

  begin(supergraphSdl: string): void {
    if (supergraphSdl === this.#latest) return;
    this.discard();
    const planner = this.#create(supergraphSdl);
    planner.catch(() => {});
    this.#begun = { supergraphSdl, planner };
  }

  create(supergraphSdl: string): Promise<Planner> {
    this.#latest = supergraphSdl;
    const begun = this.#begun;
    if (begun?.supergraphSdl !== supergraphSdl) {
      this.discard();
      return this.#create(supergraphSdl);
    }
    this.#begun = undefined;
    return begun.planner;
  }

  discard(): void {
    void closeWhenMade(this.#begun?.planner);
    this.#begun = undefined;
  }

  async close(): Promise<void> {
    const begun = this.#begun;
    this.#begun = undefined;
    await Promise.all([closeWhenMade(begun?.planner), this.#warm?.end()]);
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
