/** Loads that run at the same time end at the same time, so that what follows from them is asked for together. */
import type { SubgraphContext } from '../server/context.ts';

const name = 'running loads';

/**
 * Without this, two types that a list mixes would arrive one after the other, and everything below them would
 * be read once for each: the number of statements would grow with every level. The price is that a level
 * waits for its slowest load.
 */
export async function inRound<Value>(
  { loaders }: SubgraphContext,
  load: () => Promise<Value>,
): Promise<Value> {
  const running = (loaders.get(name) as Set<Promise<unknown>> | undefined) ?? new Set<Promise<unknown>>();
  loaders.set(name, running);
  const answer = load();
  running.add(answer);
  try {
    return await answer;
  } finally {
    running.delete(answer);
    // A load waits for the database only, never for a round: nobody can wait for each other here.
    await Promise.allSettled(running);
  }
}
