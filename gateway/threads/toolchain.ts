/** Composes and plans in threads, so that requests are answered meanwhile: what a gateway does that runs as a process. */
import type { Composed, Toolchain } from '../snapshot/toolchain.ts';
import { createThreadedPlanner, startPlannerThread } from './planner.ts';
import { Thread } from './thread.ts';

/** Composing takes more than planning: every way through every subgraph is followed. */
const memoryMb = 4_096;

export interface ThreadedToolchain extends Toolchain {
  /** Ends what was started ahead and not used. */
  close(): Promise<void>;
}

/** Starts a first planner's thread at once: it loads its libraries while the gateway loads the rest. */
export function createThreadedToolchain(): ThreadedToolchain {
  let spare: Thread | undefined = startPlannerThread();
  const take = (): Thread => {
    const thread = spare ?? startPlannerThread();
    spare = undefined;
    return thread;
  };
  return {
    compose,
    createPlanner: (supergraphSdl) => createThreadedPlanner(supergraphSdl, { start: take }),
    async close() {
      await spare?.end();
    },
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
