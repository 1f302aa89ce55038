/** Runs a program whose answer comes in parts: each is told when all that it is made of is there. */
import type { ResponseError } from '../errors.ts';
import type { MergedObject, PartStep, Step } from '../program.ts';
import type { ExecutedPart, PlannedRequest } from '../request.ts';
import { runSteps } from './run.ts';
import { targetsAt } from './targets.ts';
import { Tree, type TreeDependencies } from './tree.ts';

/** The part that comes first (`Step.parts`). */
const first = '';

export interface PartsDependencies extends TreeDependencies {
  /** Objects to which deferred fragments may add something, over all parts of one answer. */
  readonly deferredObjects: number;
}

export async function* runInParts(
  planned: PlannedRequest,
  dependencies: PartsDependencies,
): AsyncGenerator<ExecutedPart> {
  const { fetches } = planned.program;
  const tree = new Tree(fetches, dependencies);
  const progress = new Progress(fetches.steps);
  const running = runSteps(fetches.steps, async (step) => {
    progress.ended(step, await tree.run(step));
  });
  running.catch((fault: unknown) => progress.failed(fault));

  const told = new Set<string>();
  const admitted = new Admitted(planned, tree.data, dependencies.deferredObjects);
  const tell = async (parts: readonly string[]): Promise<ExecutedPart> => {
    const ids: string[] = [];
    for (const part of parts) {
      told.add(part);
      ids.push(part);
      for (let next = admitted.refuse(part); next !== undefined; next = admitted.refuse(part)) {
        await progress.complete(next);
        ids.push(next);
      }
    }
    const { deferred } = admitted.planned.program;
    return {
      planned: admitted.planned,
      data: tree.data,
      errors: ids.flatMap((id) => progress.errorsOf(id)),
      parts: parts.includes(first) ? undefined : deferred.filter(({ id }) => parts.includes(id)),
      hasNext: deferred.some(({ id }) => !told.has(id)),
    };
  };

  await progress.complete(first);
  let part = await tell([first]);
  yield part;
  while (part.hasNext) {
    const { deferred } = admitted.planned.program;
    // Where a fragment stands is told with the one around it.
    const next = deferred.filter(({ id, parent = first }) => !told.has(id) && told.has(parent));
    await progress.anyComplete(next.map(({ id }) => id));
    part = await tell(next.flatMap(({ id }) => (progress.isComplete(id) ? id : [])));
    yield part;
  }
}

/**
 * Which fragments are deferred as asked. Each is told once for each object on which it stands, and lists are as long as a
 * subgraph likes: one that would be told too often comes with what is around it.
 */
class Admitted {
  readonly #data: MergedObject;
  readonly #known = new Set<string>();
  readonly #together = new Set<string>();
  #left: number;
  planned: PlannedRequest;

  constructor(planned: PlannedRequest, data: MergedObject, most: number) {
    this.planned = planned;
    this.#data = data;
    this.#left = most;
  }

  /** The next fragment within a part that cannot be deferred; its fields are the part's own from now on. */
  refuse(part: string): string | undefined {
    const { authorized, snapshot, program } = this.planned;
    for (const { id, parent = first, path } of program.deferred) {
      if (parent !== part || this.#known.has(id)) continue;
      this.#known.add(id);
      const objects = targetsAt(this.#data, stepsOf(path)).length;
      if (objects <= this.#left) {
        this.#left -= objects;
        continue;
      }
      this.#together.add(id);
      this.planned = { authorized, snapshot, program: program.together(new Set(this.#together)) };
      return id;
    }
    return undefined;
  }
}

function stepsOf(path: readonly PartStep[]): readonly string[] {
  return path.flatMap(({ from, lists }) => [from, ...Array<string>(lists).fill('@')]);
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
