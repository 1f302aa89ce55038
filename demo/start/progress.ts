/** The lines a person reads while the demo starts: one a step, with its time; and the step that failed. */
import { performance } from 'node:perf_hooks';

/** A step failed, and the message says which one, why, and what to do. */
export class StepError extends Error {
  override readonly name = 'StepError';
}

export interface Progress {
  /** Runs a step and prints its line once it is done; the step may return a remark for the line's end. */
  step<Result>(name: string, work: (note: (remark: string) => void) => Promise<Result>): Promise<Result>;
  /** A line about something that happened by itself: a crash, a reload. */
  event(text: string): void;
}

export function printProgress(write: (line: string) => void): Progress {
  return {
    async step(name, work) {
      const started = performance.now();
      let remark = '';
      try {
        const result = await work((text) => {
          remark = text;
        });
        write(`  ✓ ${name.padEnd(24)} ${seconds(started)}  ${remark}`.trimEnd());
        return result;
      } catch (error) {
        write(`  ✗ ${name}`);
        if (error instanceof StepError) throw error;
        throw new StepError(`${name}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    },
    event: (text) => write(`  · ${text}`),
  };
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1).padStart(5)} s`;
}
