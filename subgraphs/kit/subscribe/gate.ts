/** Lets so much work through at a time; the rest waits in the order in which it came. */

export type Gate = <Value>(work: () => Promise<Value>) => Promise<Value>;

export function createGate(most: number): Gate {
  let inside = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (inside >= most) await new Promise<void>((enter) => waiting.push(enter));
    else inside += 1;
    try {
      return await work();
    } finally {
      // The place goes to the next one without ever being free, so that nobody overtakes.
      const next = waiting.shift();
      if (next === undefined) inside -= 1;
      else next();
    }
  };
}
