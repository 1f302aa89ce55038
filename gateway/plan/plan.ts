/** Stage 5: which subgraph is asked for what, in which order. Its only input is an authorised request. */
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { InternalError } from '../errors.ts';
import type { Asker, FetchProgram, Operation, Program } from '../program.ts';
import type { AuthorizedRequest, Decision, ParsedRequest, PlannedRequest, Snapshot } from '../request.ts';
import { namesOf, withoutClashes } from './clashes.ts';
import { KeptShapes } from './compile/kept-shapes.ts';
import { compileResponse, type ResponseOptions } from './compile/response.ts';
import { type Conditions, includes, specialize } from './conditions.ts';
import { activeDefer, idOf } from './defer/directive.ts';
import { deferredParts } from './defer/fragments.ts';
import { compileSplice } from './splice/splice.ts';
import { type KeptProgram, variantsOf } from './variants.ts';

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

function keptFor(
  authorized: AuthorizedRequest,
  snapshot: Snapshot,
  drawLabels: () => ReadonlySet<string>,
): KeptProgram | Promise<KeptProgram> {
  const { parsed } = authorized;
  const variants = variantsOf(authorized, snapshot);
  const combination = variants.variables.map((name) => parsed.coerced[name] === true);
  const labels = labelsOn(variants.labels, drawLabels);
  const key = labels.length === 0 ? combination.join() : JSON.stringify([combination, labels]);
  const known = variants.get(key);
  if (known !== undefined) return known;
  const conditions = variants.variables.filter((_, index) => combination[index]);
  const made = createProgram(authorized, snapshot, { conditions: conditionsOf(conditions), labels });
  const keep = (program: Program) => variants.add(key, program, conditions);
  return made instanceof Promise ? made.then(keep) : keep(made);
}

/** On its own: a function that is kept keeps all that is around it, and this has to be nothing of a request. */
function conditionsOf(trueOnes: readonly string[]): Conditions {
  const names = new Set(trueOnes);
  return (name) => names.has(name);
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
  const asked = withoutClashes(operation, namesOf(snapshot.supergraph));
  const fetches = snapshot.programs.of(asked, labels, askerOf(authorized.parsed));
  const complete = (ready: FetchProgram): Program => {
    verify(ready.coordinates, authorized, snapshot);
    const asked = { operation: authorized.parsed.operation, decision: authorized.decision, conditions };
    return programOf(ready, { ...asked, together: none }, snapshot);
  };
  return fetches instanceof Promise ? fetches.then(complete) : complete(fetches);
}

/** A program is kept: what it is made of is all that it may hold on to. */
function programOf(fetches: FetchProgram, asked: Asked, snapshot: Snapshot): Program {
  const answer = answerOf(asked, snapshot);
  const isWhole = answer.deferred.length === 0 && asked.together.size === 0;
  return Object.freeze({
    fetches,
    ...answer,
    splice: isWhole ? compileSplice(fetches, answer.response, snapshot.supergraph) : undefined,
    together: (together: ReadonlySet<string>) => programOf(fetches, { ...asked, together }, snapshot),
  });
}

/** Whoever has no name is one principal with all others who have none. */
function askerOf({ principal, context: { signal } }: ParsedRequest): Asker {
  const names = principal.kind === 'anonymous' ? [] : [principal.issuer, principal.subject];
  return { principal: JSON.stringify(names), signal };
}

const none: ReadonlySet<string> = new Set();

/** Nothing of a single request: programs are kept. */
interface Asked {
  readonly operation: Operation;
  readonly decision: Decision;
  readonly conditions: Conditions;
  /** Ids of deferred fragments that come with what is around them. */
  readonly together: ReadonlySet<string>;
}

function answerOf(
  { operation, decision, conditions, together }: Asked,
  { supergraph }: Snapshot,
): Pick<Program, 'response' | 'deferred'> {
  const { definition } = operation;
  const root = supergraph.api.getRootType(definition.operation);
  if (!root) throw new InternalError('validation let an operation without a root type pass');
  // A place that is hidden is counted by nobody, so that a later part could not be told where it belongs.
  const canDefer = definition.operation === 'query' && decision.hidden.size === 0;
  const options: ResponseOptions = {
    schema: supergraph.api,
    names: namesOf(supergraph),
    includes: (node) => includes(node, conditions),
    isLater: (node) => {
      const defer = canDefer ? activeDefer(node, conditions) : undefined;
      return defer !== undefined && !together.has(idOf(defer));
    },
    denied: new Map(decision.denied.map(({ selection, types }) => [selection, types])),
    hidden: decision.hidden,
    masks: decision.masks,
    kept: new KeptShapes(),
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
function verify(
  coordinates: ReadonlySet<string>,
  { decision }: AuthorizedRequest,
  { supergraph }: Snapshot,
): void {
  const { view, operation } = decision;
  const lent = lentTo(coordinates, supergraph);
  for (const coordinate of coordinates) {
    const [type = '', field = ''] = coordinate.split('.');
    const possible = [...(supergraph.possibleTypes.get(type) ?? [])];
    // An interface that nothing implements stands for itself.
    const allowed = (possible.length === 0 ? [type] : possible).some(
      (name) =>
        lent.has(`${name}.${field}`) || view.allows(`${name}.${field}`, operation.definition.operation),
    );
    if (!allowed) throw new InternalError(`the plan names \`${coordinate}\`, which is denied to this caller`);
  }
}

/** What its owner has declassified may be fetched for what is computed of it, and never reaches the client by that. */
function lentTo(coordinates: ReadonlySet<string>, { elements }: Supergraph): ReadonlySet<string> {
  const lent = new Set<string>();
  for (const coordinate of coordinates) {
    for (const input of elements.get(coordinate)?.requires ?? [])
      if (elements.get(input)?.declassified === true) lent.add(input);
  }
  return lent;
}
