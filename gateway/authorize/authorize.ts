/** Stage 4: decides the whole operation before anything is fetched, and takes out of it what this caller may not use. */
import type { AccessView } from '@portcullis/policies/engine/view';
import type { Coordinate } from '@portcullis/schema/supergraph/supergraph';
import { Kind, OperationTypeNode, type SelectionSetNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { createOperation, type KeyedHash, type Mask, type Operation } from '../program.ts';
import {
  type Access,
  AuthorizedRequest,
  type Decision,
  type KnownRequest,
  type ParsedRequest,
  type Snapshot,
} from '../request.ts';
import { assertNothingDenied } from './all-or-nothing.ts';
import { type ArgumentSite, ArgumentUses, argumentSites } from './argument-uses.ts';
import { compileMask } from './masks/compile-mask.ts';
import { type Measure, measure } from './measure.ts';
import { type RefusedOperation, refusal } from './refusal.ts';
import { type Denials, rewrite } from './rewrite.ts';
import { Visibility } from './visibility.ts';

/** Callers with different rights whose decisions are kept for each operation. */
const keptDecisions = 64;

interface Remembered {
  readonly sites: readonly ArgumentSite[];
  readonly decisions: LRUCache<string, KnownDecision>;
}

export interface KnownDecision {
  readonly decision: Decision;
  /** One of those for whom it was decided; all of them have the same rights. */
  readonly caller: Pick<KnownRequest, 'principal' | 'subject' | 'circumstances'>;
  /** Coordinates of the fields that it leaves, by object type. */
  readonly fields: ReadonlySet<Coordinate>;
}

/** Operations outlive the rules; what was decided by rules goes with them. */
const memory = new WeakMap<Access, WeakMap<Operation, Remembered>>();

/** By other rules (`measure`): what they would change is told. */
export interface Measuring {
  readonly candidateFor: (snapshot: Snapshot) => Access | undefined;
  readonly measured: Measure['measured'];
}

export type Authorize = (
  parsed: ParsedRequest,
  snapshot: Snapshot,
) => AuthorizedRequest | Promise<AuthorizedRequest>;

/** At once where the caller's view is known. */
export function createAuthorize(keyedHash: KeyedHash, measuring?: Measuring): Authorize {
  return (parsed, snapshot) => {
    const view = snapshot.access.viewOf(parsed.subject, parsed.circumstances);
    return view instanceof Promise
      ? view.then((made) => decideBy(made, parsed, { snapshot, keyedHash, measuring }))
      : decideBy(view, parsed, { snapshot, keyedHash, measuring });
  };
}

interface Deciding {
  readonly snapshot: Snapshot;
  readonly keyedHash: KeyedHash;
  readonly measuring: Measuring | undefined;
}

function decideBy(view: AccessView, parsed: ParsedRequest, deciding: Deciding): AuthorizedRequest {
  const { snapshot, measuring } = deciding;
  const remembered = remember(parsed.operation, snapshot);
  const denied = deniedSites(remembered.sites, view, parsed);
  const key = keyOf(denied, parsed.subject.purpose, view);
  let known = remembered.decisions.get(key);
  if (known === undefined) {
    const deniedArguments = bySelection(denied.map((at) => remembered.sites[at] as ArgumentSite));
    known = decide(parsed, view, { ...deciding, deniedArguments });
    remembered.decisions.set(key, known);
  }
  const { decision, fields } = known;
  if (measuring !== undefined) {
    const candidate = measuring.candidateFor(snapshot);
    const measured = { parsed, decision, fields, sites: remembered.sites };
    measure(measured, { candidate, measured: measuring.measured });
  }
  const decided = { parsed, decision, snapshot };
  if (parsed.allOrNothing === true) assertNothingDenied(decided);
  assertEffectsAllowed(decided);
  return new AuthorizedRequest(parsed, decision);
}

/** What has been decided about an operation by the rules of a snapshot, and is kept. */
export function decisionsOn(operation: Operation, { access }: Snapshot): readonly KnownDecision[] {
  return [...(memory.get(access)?.get(operation)?.decisions.values() ?? [])];
}

function remember(operation: Operation, { access, supergraph }: Snapshot): Remembered {
  let byOperation = memory.get(access);
  if (byOperation === undefined) {
    byOperation = new WeakMap();
    memory.set(access, byOperation);
  }
  const known = byOperation.get(operation);
  if (known !== undefined) return known;
  const sites = argumentSites(supergraph.api, operation);
  const remembered = { sites, decisions: new LRUCache<string, KnownDecision>({ max: keptDecisions }) };
  byOperation.set(operation, remembered);
  return remembered;
}

/** By their place among all. */
function deniedSites(
  sites: readonly ArgumentSite[],
  view: AccessView,
  { coerced, operation }: ParsedRequest,
): readonly number[] {
  if (sites.length === 0) return none;
  const kind = operation.definition.operation;
  const uses = new ArgumentUses(coerced);
  const denied: number[] = [];
  for (const [at, site] of sites.entries()) {
    for (const coordinate of uses.of(site)) {
      if (view.allows(coordinate, kind)) continue;
      denied.push(at);
      break;
    }
  }
  return denied;
}

const none: readonly number[] = Object.freeze([]);

/** The purpose too: what a hash is made with depends on it, also where no rule looks at it. */
function keyOf(denied: readonly number[], purpose: string, { key }: AccessView): string {
  return `${denied.join()} ${purpose.length} ${purpose} ${key}`;
}

/** Refusing, not dropping: without its filter the selection would return rows that nobody asked for. */
function bySelection(sites: readonly ArgumentSite[]): Denials {
  const denials = new Map<ArgumentSite['node'], ReadonlySet<string>>();
  for (const { node, type } of sites) denials.set(node, new Set([...(denials.get(node) ?? []), type]));
  return denials;
}

interface DecideOptions extends Deciding {
  readonly deniedArguments: Denials;
}

function decide(
  { operation, principal, subject, circumstances }: ParsedRequest,
  view: AccessView,
  { snapshot: { supergraph }, keyedHash, deniedArguments }: DecideOptions,
): KnownDecision {
  const kind = operation.definition.operation;
  const visibility = new Visibility(view, supergraph, kind);
  const { definition, denied, fields, masked } = rewrite(operation.definition, {
    schema: supergraph.api,
    visibility,
    deniedArguments,
  });
  const masks = [...masked].map(([coordinate, rule]): [string, Mask] => {
    // Of a type that nobody knows no mask shows anything.
    const type = supergraph.elements.get(coordinate)?.type ?? '';
    return [coordinate, compileMask(rule, { coordinate, type, purpose: subject.purpose, keyedHash })];
  });
  const decision: Decision = Object.freeze({
    view,
    operation: createOperation(definition),
    denied: Object.freeze([...denied].map(([selection, types]) => Object.freeze({ selection, types }))),
    hidden: visibility.hiddenTypes(),
    masks: new Map(masks),
  });
  return { decision, fields, caller: { principal, subject, circumstances } };
}

/**
 * A mutation of which any root field is denied, or an argument of one, has no effect at all: the root fields are one
 * intention, run in series (GraphQL §6.2.2), and half of it may be worse than none. A denied field of a payload is not
 * fetched, as in a query. A subscription without its one root field is none.
 */
function assertEffectsAllowed(decided: RefusedOperation): void {
  const { definition } = decided.parsed.operation;
  if (definition.operation === OperationTypeNode.QUERY) return;
  const roots = rootFields(definition.selectionSet);
  if (!decided.decision.denied.some(({ selection }) => roots.has(selection))) return;
  throw refusal(
    definition.operation === OperationTypeNode.MUTATION
      ? 'Access to a field of this mutation is denied; nothing of it was carried out.'
      : 'Access to the field of this subscription is denied.',
    decided,
  );
}

function rootFields(set: SelectionSetNode): ReadonlySet<unknown> {
  const fields = new Set<unknown>();
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) fields.add(node);
    if (node.kind === Kind.INLINE_FRAGMENT)
      for (const field of rootFields(node.selectionSet)) fields.add(field);
  }
  return fields;
}
