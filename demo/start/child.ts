/** A process of the demo over all its runs: when it dies it starts again, until it is told to stop. */
import { excerpt } from './excerpt.ts';
import { launch, type Plan, type Run, terminate, whenReady } from './run.ts';

export interface Child {
  readonly name: string;
  /** Resolves when the first run is ready; rejects with the end of its log when it will not be. */
  ready(): Promise<void>;
  /** Stops it and starts it again, as after a change of its sources. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const pauses = { first: 500, longest: 10_000, forgottenAfter: 30_000 };

/** Launches at once. `report` hears of crashes, once the first run has been ready. */
export function keepAlive(plan: Plan, report: (text: string) => void): Child {
  let pause = pauses.first;
  let timer: NodeJS.Timeout | undefined;
  let current = launch(plan, 'new');

  function mend(run: Run): void {
    const since = Date.now();
    void run.ended.then((how) => {
      if (run.dismissed) return;
      if (Date.now() - since > pauses.forgottenAfter) pause = pauses.first;
      report(`${plan.name} ${how}; starting it again in ${pause / 1000} s. Its log: ${plan.log}`);
      timer = setTimeout(relaunch, pause);
      pause = Math.min(pause * 2, pauses.longest);
    });
  }

  function relaunch(): void {
    current = launch(plan, 'continued');
    mend(current);
  }

  async function dismiss(): Promise<void> {
    clearTimeout(timer);
    await terminate(current);
  }

  return {
    name: plan.name,
    async ready() {
      try {
        await whenReady(plan, current);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`${why}. The end of ${plan.log}:\n${await excerpt(plan.log)}`, { cause: error });
      }
      mend(current);
    },
    async restart() {
      await dismiss();
      relaunch();
      await whenReady(plan, current);
    },
    stop: dismiss,
  };
}
