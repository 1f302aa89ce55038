/** What a caller must have, and how several such demands hold at once. */

/** At least one of these lists, all scopes of it (`@requiresScopes`: a disjunction of conjunctions). */
export type ScopeAlternatives = readonly (readonly string[])[];

export interface Requirement {
  /** Nobody: it is protected and no rule says for whom it is. */
  readonly denied: boolean;
  readonly authenticated: boolean;
  /** Each entry has to be met by itself: what different owners ask for is never merged into an "or". */
  readonly scopes: readonly ScopeAlternatives[];
}

/** Nothing is asked for. */
export const nothing: Requirement = Object.freeze({ denied: false, authenticated: false, scopes: [] });

/** Nobody may. */
export const never: Requirement = Object.freeze({ denied: true, authenticated: true, scopes: [] });

export function asksForNothing({ denied, authenticated, scopes }: Requirement): boolean {
  return !denied && !authenticated && scopes.length === 0;
}

/** All of them at once. */
export function allOf(requirements: Iterable<Requirement>): Requirement {
  let denied = false;
  let authenticated = false;
  const scopes = new Map<string, ScopeAlternatives>();
  for (const requirement of requirements) {
    denied ||= requirement.denied;
    authenticated ||= requirement.authenticated;
    for (const alternatives of requirement.scopes) scopes.set(keyOf(alternatives), alternatives);
  }
  if (denied) return never;
  if (!authenticated && scopes.size === 0) return nothing;
  return Object.freeze({ denied, authenticated, scopes: Object.freeze([...scopes.values()]) });
}

/** Whether everybody who meets all of `others` meets `requirement` too. */
export function impliedBy(requirement: Requirement, others: readonly Requirement[]): boolean {
  const given = allOf(others);
  if (given.denied) return true;
  if (requirement.denied || (requirement.authenticated && !given.authenticated)) return false;
  const held = ways(given.scopes);
  return requirement.scopes.every((alternatives) =>
    held?.every((scopes) => alternatives.some((list) => list.every((scope) => scopes.has(scope)))),
  );
}

/** Beyond this many combinations nothing is called implied: the stricter reading. */
const mostWays = 4096;

/** The least sets of scopes with which all of `scopes` is met; undefined if there are too many to say. */
function ways(scopes: readonly ScopeAlternatives[]): readonly ReadonlySet<string>[] | undefined {
  let combined: ReadonlySet<string>[] = [new Set()];
  for (const alternatives of scopes) {
    combined = combined.flatMap((held) => alternatives.map((list) => new Set([...held, ...list])));
    if (combined.length > mostWays) return undefined;
  }
  return combined;
}

/** Equal for equal alternatives, whatever the order they were written in. */
function keyOf(alternatives: ScopeAlternatives): string {
  return JSON.stringify(alternatives.map((list) => JSON.stringify([...new Set(list)].sort())).sort());
}
