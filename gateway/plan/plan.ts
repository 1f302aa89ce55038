/** Stage 5: which subgraph is asked for what, in which order. Its only input is an authorised request. */
import { evaluate } from '@portcullis/policies/engine/evaluate';
import { LRUCache } from 'lru-cache';
import { InternalError } from '../errors.ts';
import type { FetchProgram, Program } from '../program.ts';
import type { AuthorizedRequest, Decision, PlannedRequest, Snapshot } from '../request.ts';
import { namesOf, withoutClashes } from './clashes.ts';
import { compileResponse, type ResponseOptions } from './compile/response.ts';
import { type Conditions, conditionVariables, includes, specialize } from './conditions.ts';
import { activeDefer } from './defer/directive.ts';
import { deferredParts } from './defer/fragments.ts';
import { compileSplice } from './splice/splice.ts';
import { unlessAborted } from './unless-aborted.ts';

/** A plan that is known is there at once; another is waited for. */
export function plan(
  authorized: AuthorizedRequest,
  snapshot: Snapshot,
): PlannedRequest | Promise<PlannedRequest> {
  const kept = keptFor(authorized, snapshot, snapshot.programs.drawLabels);
  if (kept instanceof Promise) return kept.then((each) => use(each, authorized, snapshot));
  return use(kept, authorized, snapshot);
}

function use(kept: KeptProgram, authorized: AuthorizedRequest, snapshot: Snapshot): PlannedRequest {
  kept.uses += 1;
  return { authorized, snapshot, program: kept.program };
}

/**
 * Before anybody asks, and whichever labels will be drawn.
 * @param uses that it counts to have had: what was asked often before is likely to be asked again
 */
export async function planAhead(
  authorized: AuthorizedRequest,
  snapshot: Snapshot,
  uses: number,
): Promise<void> {
  let uncounted = uses;
  for (const drawn of snapshot.programs.possibleDraws()) {
    const kept = await keptFor(authorized, snapshot, () => drawn);
    kept.uses += uncounted;
    uncounted = 0;
  }
}

/** How an operation has been asked for. */
export interface PlanUses {
  /** The variables of its conditions that were true. */
  readonly conditions: readonly string[];
  readonly uses: number;
}

export function usesOf(decision: Decision): readonly PlanUses[] {
  const all = new Map<string, PlanUses>();
  for (const { conditions, uses } of memory.get(decision)?.known.values() ?? []) {
    const key = conditions.join();
    all.set(key, { conditions, uses: uses + (all.get(key)?.uses ?? 0) });
  }
  return [...all.values()];
}

function keptFor(
  authorized: AuthorizedRequest,
  snapshot: Snapshot,
  drawLabels: () => ReadonlySet<string>,
): KeptProgram | Promise<KeptProgram> {
  const { decision, parsed } = authorized;
  const programs = programsOf(decision, authorized, snapshot);
  const combination = programs.variables.map((name) => parsed.coerced[name] === true);
  const labels = labelsOn(programs.labels, drawLabels);
  const key = labels.length === 0 ? combination.join() : JSON.stringify([combination, labels]);
  const known = programs.known.get(key);
  if (known !== undefined) return known;
  const conditions = programs.variables.filter((_, index) => combination[index]);
  const trueOnes = new Set(conditions);
  const made = createProgram(authorized, snapshot, { conditions: (name) => trueOnes.has(name), labels });
  // Of several who waited for one plan, the first keeps it.
  const keep = (program: Program): KeptProgram => {
    const kept = programs.known.get(key) ?? { program, conditions, uses: 0 };
    programs.known.set(key, kept);
    return kept;
  };
  return made instanceof Promise ? unlessAborted(made, parsed.context.signal).then(keep) : keep(made);
}

/** Combinations of conditions for which an operation's programs are kept. */
const keptCombinations = 32;

interface Programs {
  readonly variables: readonly string[];
  /** Labels of `@override` that can make a difference. */
  readonly labels: readonly string[];
  readonly known: LRUCache<string, KeptProgram>;
}

interface KeptProgram {
  readonly program: Program;
  readonly conditions: readonly string[];
  uses: number;
}

/** By decision: it belongs to one operation, one snapshot and one set of rights, and so does what is made of it. */
const memory = new WeakMap<Decision, Programs>();

function programsOf(decision: Decision, { parsed }: AuthorizedRequest, { programs }: Snapshot): Programs {
  const known = memory.get(decision);
  if (known !== undefined) return known;
  const variables = conditionVariables(parsed.operation.definition);
  const labels = programs.labelsFor(decision.operation);
  const made = { variables, labels, known: new LRUCache<string, KeptProgram>({ max: keptCombinations }) };
  memory.set(decision, made);
  return made;
}

function labelsOn(labels: readonly string[], drawLabels: () => ReadonlySet<string>): readonly string[] {
  if (labels.length === 0) return labels;
  const drawn = drawLabels();
  return labels.filter((label) => drawn.has(label));
}

/** What one request has beside its operation, and plans differ by. */
interface Variant {
  readonly conditions: Conditions;
  readonly labels: readonly string[];
}

function createProgram(
  authorized: AuthorizedRequest,
  snapshot: Snapshot,
  { conditions, labels }: Variant,
): Program | Promise<Program> {
  const operation = specialize(authorized.decision.operation, conditions);
  const fetches = snapshot.programs.of(withoutClashes(operation, namesOf(snapshot.supergraph)), labels);
  const complete = (ready: FetchProgram): Program => {
    verify(ready.coordinates, authorized, snapshot);
    const answer = answerOf(authorized, snapshot, conditions);
    const isWhole = answer.deferred.length === 0;
    const splice = isWhole ? compileSplice(ready, answer.response, snapshot.supergraph) : undefined;
    return Object.freeze({ fetches: ready, ...answer, splice });
  };
  return fetches instanceof Promise ? fetches.then(complete) : complete(fetches);
}

function answerOf(
  { parsed, decision }: AuthorizedRequest,
  { supergraph }: Snapshot,
  conditions: Conditions,
): Pick<Program, 'response' | 'deferred'> {
  const { definition } = parsed.operation;
  const root = supergraph.api.getRootType(definition.operation);
  if (!root) throw new InternalError('validation let an operation without a root type pass');
  // A place that is hidden is counted by nobody, so that a later part could not be told where it belongs.
  const canDefer = definition.operation === 'query' && decision.hidden.size === 0;
  const options: ResponseOptions = {
    schema: supergraph.api,
    names: namesOf(supergraph),
    includes: (node) => includes(node, conditions),
    isLater: (node) => canDefer && activeDefer(node, conditions) !== undefined,
    denied: new Map(decision.denied.map(({ selection, types }) => [selection, types])),
    hidden: decision.hidden,
    masks: decision.masks,
  };
  return {
    response: compileResponse(definition.selectionSet, root, options),
    deferred: deferredParts(definition.selectionSet, root, options),
  };
}

/**
 * The second look, at what will really be sent. `authorize` took out what is denied; should the planner put something
 * back, by a way that nobody thought of, nothing is sent at all. A coordinate of an interface is judged as the fetch will
 * be answered: by one of the types that it can be. Once for a decision: callers who share one have the same rights.
 */
function verify(coordinates: ReadonlySet<string>, { parsed }: AuthorizedRequest, snapshot: Snapshot): void {
  const { rules, supergraph } = snapshot;
  for (const coordinate of coordinates) {
    const [type = '', field = ''] = coordinate.split('.');
    const possible = [...(supergraph.possibleTypes.get(type) ?? [])];
    // An interface that nothing implements stands for itself.
    const allowed = (possible.length === 0 ? [type] : possible).some(
      (name) => evaluate(rules, parsed.principal, `${name}.${field}`).effect === 'allow',
    );
    if (!allowed) throw new InternalError(`the plan names \`${coordinate}\`, which is denied to this caller`);
  }
}
