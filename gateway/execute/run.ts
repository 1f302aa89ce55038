/** Runs steps, each as soon as those before it have ended. */
import type { Step } from '../program.ts';

/**
 * Resolves when all have ended.
 * A step that rejects is a fault of ours: what is not started then is not, and the first fault is thrown.
 */
export function runSteps(steps: readonly Step[], run: (step: Step) => Promise<unknown>): Promise<void> {
  const [only, ...others] = steps;
  if (only === undefined) return Promise.resolve();
  if (others.length === 0) return run(only).then(() => {});
  return new Promise((resolve, reject) => {
    const missing = steps.map(({ after }) => after.length);
    let left = steps.length;
    let failed = false;

    const end = (ended: Step) => {
      left -= 1;
      if (left === 0) return resolve();
      for (const step of steps) {
        if (!step.after.includes(ended.index)) continue;
        missing[step.index] = (missing[step.index] ?? 0) - 1;
        if (missing[step.index] === 0) start(step);
      }
    };
    const start = (step: Step) => {
      if (failed) return;
      run(step).then(
        () => end(step),
        (fault: unknown) => {
          failed = true;
          reject(fault);
        },
      );
    };
    for (const step of steps) if (step.after.length === 0) start(step);
  });
}
