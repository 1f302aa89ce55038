/** What other rules would do to an operation that has been decided: told, and nothing else. No answer depends on it. */
import type { Subject } from '@portcullis/policies/engine/subject';
import type { AccessView, OperationKind } from '@portcullis/policies/engine/view';
import type { Coordinate } from '@portcullis/schema/supergraph/supergraph';
import type { Access, Decision, ParsedRequest } from '../request.ts';
import { type ArgumentSite, ArgumentUses } from './argument-uses.ts';

/** Of one request; undefined: it could not be told. */
export interface Measured {
  readonly kind: Subject['kind'];
  readonly differences: Differences | undefined;
}

export interface Differences {
  /** Used now, and refused by the other rules. */
  readonly refused: readonly Coordinate[];
  /** Shown as it is now, and in another form by the other rules; or in another form than now. */
  readonly masked: readonly Coordinate[];
}

export interface Measure {
  /** The other rules; undefined if there are none for this graph. */
  readonly candidate: Access | undefined;
  readonly measured: (event: Measured) => void;
}

export interface Decided {
  readonly parsed: ParsedRequest;
  readonly decision: Decision;
  /** Coordinates of the fields that it leaves, by object type. */
  readonly fields: ReadonlySet<Coordinate>;
  readonly sites: readonly ArgumentSite[];
}

/** Never throws and is not waited for. */
export function measure(decided: Decided, { candidate, measured }: Measure): void {
  if (candidate === undefined) return;
  const { subject, circumstances } = decided.parsed;
  const compare = (view: AccessView) => measured({ kind: subject.kind, differences: differ(decided, view) });
  const fail = () => measured({ kind: subject.kind, differences: undefined });
  void Promise.resolve()
    .then(() => candidate.viewOf(subject, circumstances))
    .then(compare)
    .catch(fail);
}

function differ(decided: Decided, candidate: AccessView): Differences {
  const { refused, masked } = ofFields(decided, candidate);
  const byArguments = refusedArguments(decided, candidate);
  return byArguments.length === 0 ? { refused, masked } : { refused: [...refused, ...byArguments], masked };
}

/** The same for all requests with one decision, as long as both views are kept. */
const known = new WeakMap<Decision, WeakMap<AccessView, Differences>>();

function ofFields({ parsed, decision, fields }: Decided, candidate: AccessView): Differences {
  const found = known.get(decision)?.get(candidate);
  if (found !== undefined) return found;
  const kind = parsed.operation.definition.operation;
  const refused: Coordinate[] = [];
  const masked: Coordinate[] = [];
  for (const each of fields) {
    if (!candidate.allows(each, kind)) refused.push(each);
    else if (maskOf(candidate, each, kind) !== maskOf(decision.view, each, kind)) masked.push(each);
  }
  const byView = known.get(decision) ?? new WeakMap<AccessView, Differences>();
  const differences = { refused, masked };
  known.set(decision, byView.set(candidate, differences));
  return differences;
}

function maskOf(view: AccessView, coordinate: Coordinate, operation: OperationKind): string {
  const rule = view.maskOf(coordinate, operation);
  return rule === undefined ? '' : `${rule.kind}:${rule.parameter ?? ''}`;
}

function refusedArguments(
  { parsed, decision, sites }: Decided,
  candidate: AccessView,
): readonly Coordinate[] {
  if (sites.length === 0) return [];
  const kind = parsed.operation.definition.operation;
  const uses = new ArgumentUses(parsed.coerced);
  const used = new Set(sites.flatMap((site) => [...uses.of(site)]));
  return [...used].filter((each) => decision.view.allows(each, kind) && !candidate.allows(each, kind));
}
