/** Runs a program on an object tree: the path that can do everything, and the reference for the faster one. */
import { type ResponseError, unusableValue } from '../errors.ts';
import {
  type Batch,
  type FetchProgram,
  type MergedObject,
  Misfit,
  type Site,
  type Step,
} from '../program.ts';
import type { RequestContext } from '../request.ts';
import { type Absorbed, absorb, misfitsIn } from './absorb.ts';
import { type AnswerFaulted, faultOf } from './answer-fault.ts';
import { bodyOf } from './body.ts';
import type { SubgraphReply } from './client/call.ts';
import { askByContext, takesContexts } from './context.ts';
import { createMerged, mergeInto } from './merged.ts';
import { type Missing, missingErrors, spoilt } from './misfits.ts';
import { locator, withinAnswer } from './places.ts';
import { type Reply, readReply } from './reply.ts';
import {
  type Lacking,
  type Representations,
  representationsOf,
  type SiteTargets,
} from './representations.ts';
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
  readonly context: RequestContext;
  /** Told of answers that are not well, and of those alone. */
  readonly answerFaulted: (event: AnswerFaulted) => void;
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
    for (const [index, batch] of step.batches.entries())
      this.#withhold(batch, entities[index]?.lacking ?? []);
    const isFromRoot = step.batches.every(({ alias }) => alias === undefined);
    // Nothing to ask for: a list was empty, a link null, or the fetch before failed.
    if (!isFromRoot && entities.every(({ texts }) => texts.length === 0)) return [];
    const [only] = entities;
    const [batch] = step.batches;
    if (only === undefined || batch === undefined || !takesContexts(step)) return this.#ask(step, entities);
    return askByContext(
      only,
      { root: this.data, types, contextRequests },
      {
        ask: (part) => this.#ask(step, [part]),
        refuse: (part) => this.#refuse(step, part),
        withhold: (lacking) => this.#withhold(batch, lacking),
      },
    );
  }

  async #ask(step: Step, entities: readonly Representations[]): Promise<readonly ResponseError[]> {
    const { variables, send, context, answerFaulted } = this.#dependencies;
    const isFromRoot = step.batches.every(({ alias }) => alias === undefined);
    const sent = await send(step, bodyOf(step, variables, isFromRoot ? [] : entities));
    const reply = readReply(sent);
    if (step.alone.length > 0 && reply.failure === undefined && reply.data === null) {
      // `_entities` cannot be null: what fails in one takes the others along. They were put together by us alone.
      return (await Promise.all(step.alone.map((each) => this.run(each)))).flat();
    }
    const told = this.errors.length;
    const missing: Missing[] = [];
    for (const [index, batch] of step.batches.entries()) {
      const asked = entities[index];
      if (asked !== undefined) this.#take({ step, batch, asked, missing }, reply);
    }
    if (reply.failure === undefined) this.#report(step, entities, { errors: reply.errors, missing });
    const fault = faultOf(sent, reply, this.errors.length > told);
    if (fault !== undefined) answerFaulted({ context, subgraph: step.subgraph, ...fault });
    return this.errors.slice(told);
  }

  #take(answered: Answered, reply: Reply): void {
    const { step, batch, asked } = answered;
    if (reply.failure !== undefined) {
      this.#fail(answered, reply.failure);
    } else if (reply.data === null) {
      // Of several fields it need not say which it was that took the others along.
      const misfit = unusableOf(step);
      const lacking = asked.sites.flatMap((site) =>
        targetsOf(site, batch).map(([, target]) => ({ target, misfit })),
      );
      this.#withhold(batch, lacking);
    } else if (batch.alias === undefined) {
      for (const site of asked.sites) this.#merge(site, () => reply.data, answered);
    } else {
      const list = Object.hasOwn(reply.data, batch.alias) ? reply.data[batch.alias] : undefined;
      // Federation specification, `_entities`: one entry for each representation, in their order.
      if (!Array.isArray(list) || list.length !== asked.texts.length) this.#fail(answered, 'SUBGRAPH_ERROR');
      else for (const site of asked.sites) this.#merge(site, (place) => list[place], answered);
    }
  }

  /** What belongs to several targets of one site is one object, if the client asks the same of all of them. */
  #merge(
    { site, targets, places }: SiteTargets,
    at: (place: number) => unknown,
    { step, batch, missing }: Answered,
  ): void {
    const { types } = this.#dependencies;
    const misfit = unusableOf(step);
    const known = new Map<number, Absorbed>();
    for (const [index, target] of targets.entries()) {
      const place = batch.alias === undefined ? 0 : places[index];
      if (place === undefined) continue;
      const given = at(place);
      if (given === null) continue;
      const taken = known.get(place) ?? take(given, { batch, site, target, types, misfit });
      if (this.#isShared) known.set(place, taken);
      const object = taken.object ?? spoilt(target, batch, misfit);
      mergeInto(target, object, types.isObject);
      if (taken.hasMisfits && missing.length < mostErrors)
        missing.push({ site, index, misfit, paths: misfitsIn(object, mostErrors) });
    }
  }

  #fail({ step, batch, asked }: Answered, code: SubgraphErrorCode): void {
    this.#lose(batch, asked, new Misfit((path) => subgraphError(step.subgraph, code, path)));
  }

  #refuse({ subgraph, batches }: Step, asked: Representations): readonly ResponseError[] {
    const misfit = new Misfit((path) => tooManyContexts(subgraph, path));
    return batches.flatMap((batch) => this.#lose(batch, asked, misfit));
  }

  /** All that a batch was asked for. */
  #lose(batch: Batch, { sites }: Representations, misfit: Misfit): readonly ResponseError[] {
    const missing: Missing[] = [];
    for (const targets of sites) {
      const { site } = targets;
      for (const [index, target] of targetsOf(targets, batch)) {
        const lost = spoilt(target, batch, misfit);
        mergeInto(target, lost, this.#dependencies.types.isObject);
        if (missing.length < mostErrors)
          missing.push({ site, index, misfit, paths: misfitsIn(lost, mostErrors) });
      }
    }
    const errors = missingErrors(missing, this.data);
    this.errors.push(...errors);
    return errors;
  }

  /** What is not asked for has the error of what it would be asked by, unless that explains it already. */
  #withhold(batch: Batch, lacking: readonly Lacking[]): void {
    const { types } = this.#dependencies;
    for (const { target, misfit } of lacking)
      mergeInto(target, spoilt(target, batch, misfit), types.isObject);
  }

  #report(step: Step, entities: readonly Representations[], { errors, missing }: Reported): void {
    if (errors.length === 0 && missing.length === 0) return;
    const { subgraph, batches } = step;
    const told = translateErrors(errors, subgraph, locator(this.data, batches, entities)).map((error) =>
      error.path === undefined ? error : { ...error, path: withinAnswer(this.data, error.path) },
    );
    this.errors.push(...told, ...missingErrors(missing, this.data, told));
  }
}

function unusableOf({ subgraph }: Step): Misfit {
  return new Misfit((path) => unusableValue(path, subgraph));
}

/** Those that something was asked for, each with its place among the targets. */
function targetsOf(
  { targets, places }: SiteTargets,
  { alias }: Batch,
): readonly (readonly [number, MergedObject])[] {
  return [...targets.entries()].filter(([index]) => alias === undefined || places[index] !== undefined);
}

interface Taking {
  readonly batch: Batch;
  readonly site: Site;
  readonly target: MergedObject;
  readonly types: Types;
  readonly misfit: Misfit;
}

/** An entity need not say of what type it is: it was asked for by that. */
function take(given: unknown, { batch, site, target, types, misfit }: Taking): Absorbed {
  const typename = batch.alias === undefined ? undefined : target['__typename'];
  const taken = absorb(given, batch.selection, { misfit, typename });
  if (taken.object !== undefined) for (const each of site.outputRewrites) rewrite(taken.object, each, types);
  return taken;
}

interface Answered {
  readonly batch: Batch;
  readonly step: Step;
  readonly asked: Representations;
  /** What is not what was asked for; as much as can be told. */
  readonly missing: Missing[];
}

interface Reported {
  readonly errors: readonly unknown[];
  readonly missing: readonly Missing[];
}
