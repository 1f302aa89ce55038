/** Runs a program whose answer comes in parts: each is told when all that it is made of is there. */
import type { ResponseError } from '../errors.ts';
import type { DeferredPart, Step } from '../program.ts';
import type { ExecutedPart, PlannedRequest } from '../request.ts';
import { runSteps } from './run.ts';
import { Tree, type TreeDependencies } from './tree.ts';

/** The part that comes first (`Step.parts`). */
const first = '';

export async function* runInParts(
  planned: PlannedRequest,
  dependencies: TreeDependencies,
): AsyncGenerator<ExecutedPart> {
  const { fetches, deferred } = planned.program;
  const tree = new Tree(fetches, dependencies);
  const progress = new Progress(fetches.steps);
  const running = runSteps(fetches.steps, async (step) => {
    progress.ended(step, await tree.run(step));
  });
  running.catch((fault: unknown) => progress.failed(fault));

  await progress.complete(first);
  const errors = progress.errorsOf(first);
  let left: readonly DeferredPart[] = deferred;
  yield { planned, data: tree.data, errors, parts: undefined, hasNext: left.length > 0 };
  while (left.length > 0) {
    await progress.anyComplete(left.map(({ id }) => id));
    const parts = left.filter(({ id }) => progress.isComplete(id));
    left = left.filter((part) => !parts.includes(part));
    yield {
      planned,
      data: tree.data,
      errors: parts.flatMap(({ id }) => progress.errorsOf(id)),
      parts,
      hasNext: left.length > 0,
    };
  }
}

/** What is still to come, of each part. */
class Progress {
  readonly #steps: Set<Step>;
  readonly #errors: { readonly step: Step; readonly errors: readonly ResponseError[] }[] = [];
  #wake: () => void = () => {};
  #fault: { readonly thrown: unknown } | undefined;

  constructor(steps: readonly Step[]) {
    this.#steps = new Set(steps);
  }

  ended(step: Step, errors: readonly ResponseError[]): void {
    this.#steps.delete(step);
    if (errors.length > 0) this.#errors.push({ step, errors });
    this.#wake();
  }

  failed(thrown: unknown): void {
    this.#fault = { thrown };
    this.#wake();
  }

  isComplete(part: string): boolean {
    return ![...this.#steps].some(({ parts }) => parts.has(part));
  }

  complete(part: string): Promise<void> {
    return this.anyComplete([part]);
  }

  async anyComplete(parts: readonly string[]): Promise<void> {
    while (this.#fault === undefined && !parts.some((part) => this.isComplete(part))) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#fault !== undefined) throw this.#fault.thrown;
  }

  /** Each error once, with the first part that it concerns. */
  errorsOf(part: string): readonly ResponseError[] {
    const concerned = this.#errors.filter(({ step }) => step.parts.has(part));
    for (const each of concerned) this.#errors.splice(this.#errors.indexOf(each), 1);
    return concerned.flatMap(({ errors }) => errors);
  }
}
