/** Stage 4: decides the whole operation before anything is fetched, and takes out of it what this caller may not use. */
import { Kind, type OperationDefinitionNode, OperationTypeNode, type SelectionSetNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { ClientError } from '../errors.ts';
import { createOperation, type Operation } from '../program.ts';
import {
  AuthorizedRequest,
  type Decision,
  type ParsedRequest,
  type Principal,
  type Snapshot,
} from '../request.ts';
import { Access } from './access.ts';
import { type ArgumentSite, ArgumentUses, argumentSites } from './argument-uses.ts';
import { type Denials, rewrite } from './rewrite.ts';

/** Callers with different rights whose decisions are kept for each operation. */
const keptDecisions = 64;

interface Remembered {
  readonly sites: readonly ArgumentSite[];
  readonly decisions: LRUCache<string, KnownDecision>;
}

export interface KnownDecision {
  readonly decision: Decision;
  /** One of those for whom it was decided; all of them have the same rights. */
  readonly principal: Principal;
}

/** By operation, which belongs to one snapshot: a new one decides anew. */
const memory = new WeakMap<Operation, Remembered>();

export function authorize(parsed: ParsedRequest, snapshot: Snapshot): AuthorizedRequest {
  const access = new Access(snapshot.rules, snapshot.supergraph, parsed.principal);
  const remembered = remember(parsed.operation, snapshot);
  const uses = new ArgumentUses(parsed.coerced);
  const denied = remembered.sites.filter((site) => !isAllowed(site, access, uses));
  const key = `${rightsOf(parsed.principal)} ${denied.map((site) => remembered.sites.indexOf(site)).join()}`;
  let decision = remembered.decisions.get(key)?.decision;
  if (decision === undefined) {
    decision = decide(parsed.operation, access, { snapshot, deniedArguments: bySelection(denied) });
    remembered.decisions.set(key, { decision, principal: parsed.principal });
  }
  assertEffectsAllowed(parsed.operation.definition, decision);
  return new AuthorizedRequest(parsed, decision);
}

/** What has been decided about an operation, and is kept. */
export function decisionsOn(operation: Operation): readonly KnownDecision[] {
  return [...(memory.get(operation)?.decisions.values() ?? [])];
}

function remember(operation: Operation, { supergraph }: Snapshot): Remembered {
  const known = memory.get(operation);
  if (known !== undefined) return known;
  const sites = argumentSites(supergraph.api, operation);
  const remembered = { sites, decisions: new LRUCache<string, KnownDecision>({ max: keptDecisions }) };
  memory.set(operation, remembered);
  return remembered;
}

/** All of a principal that the rules look at, as JSON: who has the same rights gets the same decision. */
function rightsOf(principal: Principal): string {
  if (principal.kind === 'anonymous') return 'null';
  const known = rights.get(principal);
  if (known !== undefined) return known;
  const text = JSON.stringify([...principal.scopes].sort());
  rights.set(principal, text);
  return text;
}

/** A principal is one object as long as its token is. */
const rights = new WeakMap<Principal, string>();

function isAllowed(site: ArgumentSite, access: Access, uses: ArgumentUses): boolean {
  return [...uses.of(site)].every((coordinate) => access.allows(coordinate));
}

/** Refusing, not dropping: without its filter the selection would return rows that nobody asked for. */
function bySelection(sites: readonly ArgumentSite[]): Denials {
  const denials = new Map<ArgumentSite['node'], ReadonlySet<string>>();
  for (const { node, type } of sites) denials.set(node, new Set([...(denials.get(node) ?? []), type]));
  return denials;
}

/** No rule masks yet. */
const noMasks: Decision['masks'] = new Map();

interface DecideOptions {
  readonly snapshot: Snapshot;
  readonly deniedArguments: Denials;
}

function decide(
  operation: Operation,
  access: Access,
  { snapshot, deniedArguments }: DecideOptions,
): Decision {
  const schema = snapshot.supergraph.api;
  const { definition, denied } = rewrite(operation.definition, { schema, access, deniedArguments });
  return Object.freeze({
    operation: createOperation(definition),
    denied: Object.freeze([...denied].map(([selection, types]) => Object.freeze({ selection, types }))),
    hidden: access.hiddenTypes(),
    masks: noMasks,
  });
}

/**
 * A mutation of which any root field is denied, or an argument of one, has no effect at all: the root fields are one
 * intention, run in series (GraphQL §6.2.2), and half of it may be worse than none. A denied field of a payload is not
 * fetched, as in a query. A subscription without its one root field is none.
 */
function assertEffectsAllowed(definition: OperationDefinitionNode, { denied }: Decision): void {
  if (definition.operation === OperationTypeNode.QUERY) return;
  const roots = rootFields(definition.selectionSet);
  if (!denied.some(({ selection }) => roots.has(selection))) return;
  throw new ClientError(
    'FORBIDDEN',
    definition.operation === OperationTypeNode.MUTATION
      ? 'Access to a field of this mutation is denied; nothing of it was carried out.'
      : 'Access to the field of this subscription is denied.',
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
