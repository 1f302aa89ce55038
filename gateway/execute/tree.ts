/** Runs a program on an object tree: the path that can do everything, and the reference for the faster one. */
import type { ResponseError } from '../errors.ts';
import {
  type Batch,
  type FetchProgram,
  type MergedObject,
  misfit,
  type Site,
  type Step,
} from '../program.ts';
import { type Absorbed, absorb, misfitsIn } from './absorb.ts';
import { bodyOf } from './body.ts';
import type { SubgraphReply } from './client/call.ts';
import { askByContext, takesContexts } from './context.ts';
import { createMerged, mergeInto } from './merged.ts';
import { type Misfit, misfitErrors } from './misfits.ts';
import { failureErrors, locator } from './places.ts';
import { type Reply, readReply } from './reply.ts';
import { type Representations, representationsOf, type SiteTargets } from './representations.ts';
import { rewrite } from './rewrites.ts';
import { runSteps } from './run.ts';
import {
  mostErrors,
  type SubgraphErrorCode,
  subgraphError,
  tooManyContexts,
  translateErrors,
} from './subgraph-errors.ts';
import type { Types } from './types.ts';

export interface TreeDependencies {
  readonly types: Types;
  /** The client's, coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly send: (step: Step, body: string) => Promise<SubgraphReply>;
  /** Requests of one step whose arguments are taken from a context. */
  readonly contextRequests: number;
}

export interface TreeResult {
  readonly data: MergedObject;
  readonly errors: readonly ResponseError[];
}

export async function runOnTree(program: FetchProgram, dependencies: TreeDependencies): Promise<TreeResult> {
  const tree = new Tree(program, dependencies);
  await runSteps(program.steps, (step) => tree.run(step));
  return tree;
}

export class Tree implements TreeResult {
  readonly data = createMerged();
  readonly errors: ResponseError[] = [];
  readonly #dependencies: TreeDependencies;

  /** Equal entities are one object, unless something else can be added to each of them. */
  readonly #isShared: boolean;

  constructor({ steps }: FetchProgram, dependencies: TreeDependencies) {
    this.#dependencies = dependencies;
    this.#isShared = !steps.some(takesContexts);
  }

  /** Resolves with the errors of this step alone. */
  async run(step: Step): Promise<readonly ResponseError[]> {
    const { types, contextRequests } = this.#dependencies;
    const entities = step.batches.map((batch) => representationsOf(batch, this.data, types));
    const isFromRoot = step.batches.every(({ alias }) => alias === undefined);
    // Nothing to ask for: a list was empty, a link null, or the fetch before failed.
    if (!isFromRoot && entities.every(({ texts }) => texts.length === 0)) return [];
    const [only] = entities;
    if (only === undefined || !takesContexts(step)) return this.#ask(step, entities);
    return askByContext(
      only,
      { root: this.data, types, contextRequests },
      {
        ask: (part) => this.#ask(step, [part]),
        refuse: (part) => this.#refuse(step, part),
      },
    );
  }

  async #ask(step: Step, entities: readonly Representations[]): Promise<readonly ResponseError[]> {
    const { variables, send } = this.#dependencies;
    const isFromRoot = step.batches.every(({ alias }) => alias === undefined);
    const reply = readReply(await send(step, bodyOf(step, variables, isFromRoot ? [] : entities)));
    if (step.alone.length > 0 && reply.failure === undefined && reply.data === null) {
      // `_entities` cannot be null: what fails in one takes the others along. They were put together by us alone.
      return (await Promise.all(step.alone.map((each) => this.run(each)))).flat();
    }
    const told = this.errors.length;
    const misfits: Misfit[] = [];
    for (const [index, batch] of step.batches.entries()) {
      const asked = entities[index];
      if (asked !== undefined) this.#take({ step, batch, asked, misfits }, reply);
    }
    if (reply.failure === undefined) this.#report(step, entities, { errors: reply.errors, misfits });
    return this.errors.slice(told);
  }

  #take(answered: Answered, reply: Reply): void {
    if (reply.failure !== undefined) {
      this.#fail(answered, reply.failure);
      return;
    }
    const { batch, asked } = answered;
    if (reply.data === null) return;
    if (batch.alias === undefined) {
      for (const site of asked.sites) this.#merge(site, () => reply.data, answered);
      return;
    }
    const list = Object.hasOwn(reply.data, batch.alias) ? reply.data[batch.alias] : undefined;
    // Federation specification, `_entities`: one entry for each representation, in their order.
    if (!Array.isArray(list) || list.length !== asked.texts.length) this.#fail(answered, 'SUBGRAPH_ERROR');
    else for (const site of asked.sites) this.#merge(site, (place) => list[place], answered);
  }

  /** What belongs to several targets of one site is one object, if the client asks the same of all of them. */
  #merge(
    { site, targets, places }: SiteTargets,
    at: (place: number) => unknown,
    { batch, misfits }: Answered,
  ): void {
    const { types } = this.#dependencies;
    const known = new Map<number, Absorbed>();
    for (const [index, target] of targets.entries()) {
      const place = batch.alias === undefined ? 0 : places[index];
      const given = place === undefined ? undefined : at(place);
      if (place === undefined || given === null) continue;
      const taken = known.get(place) ?? take(given, { batch, site, target, types });
      if (this.#isShared) known.set(place, taken);
      const object = taken.object ?? spoilt(target, batch);
      mergeInto(target, object, types.isObject);
      if (taken.hasMisfits && misfits.length < mostErrors)
        misfits.push({ site, index, paths: misfitsIn(object, mostErrors) });
    }
  }

  #fail({ step, batch, asked }: Answered, code: SubgraphErrorCode): void {
    const failed = { data: this.data, batch, asked };
    this.errors.push(...failureErrors(failed, (path) => subgraphError(step.subgraph, code, path)));
  }

  #refuse({ subgraph, batches }: Step, asked: Representations): readonly ResponseError[] {
    const refused = batches.flatMap((batch) =>
      failureErrors({ data: this.data, batch, asked }, (path) => tooManyContexts(subgraph, path)),
    );
    this.errors.push(...refused);
    return refused;
  }

  #report(step: Step, entities: readonly Representations[], { errors, misfits }: Reported): void {
    if (errors.length === 0 && misfits.length === 0) return;
    const { subgraph, batches } = step;
    const told = translateErrors(errors, subgraph, locator(this.data, batches, entities));
    this.errors.push(...told, ...misfitErrors(misfits, { data: this.data, service: subgraph, told }));
  }
}

interface Taking {
  readonly batch: Batch;
  readonly site: Site;
  readonly target: MergedObject;
  readonly types: Types;
}

/** An entity need not say of what type it is: it was asked for by that. */
function take(given: unknown, { batch, site, target, types }: Taking): Absorbed {
  const typename = batch.alias === undefined ? undefined : target['__typename'];
  const taken = absorb(given, batch.selection, typename);
  if (taken.object !== undefined) for (const each of site.outputRewrites) rewrite(taken.object, each, types);
  return taken;
}

/** What is no entity gives none of its fields: each is null with an error, where a null alone would be the truth. */
function spoilt(target: MergedObject, { names }: Batch): MergedObject {
  const fields = createMerged();
  for (const { name, on } of names)
    if (on === undefined || on === target['__typename']) fields[name] = misfit;
  return fields;
}

interface Answered {
  readonly batch: Batch;
  readonly step: Step;
  readonly asked: Representations;
  /** What of the reply is not what was asked for; as much as can be told. */
  readonly misfits: Misfit[];
}

interface Reported {
  readonly errors: readonly unknown[];
  readonly misfits: readonly Misfit[];
}
