/** What a caller must have, and how several such demands hold at once. */

/** At least one of these lists, all names of it (`@requiresScopes`, `@policy`: a disjunction of conjunctions). */
export type Alternatives = readonly (readonly string[])[];

export interface Requirement {
  readonly authenticated: boolean;
  /** Each entry has to be met by itself: what different owners ask for is never merged into an "or". */
  readonly scopes: readonly Alternatives[];
  /** Likewise, of named conditions. */
  readonly policies: readonly Alternatives[];
}

/** Nothing is asked for. */
export const nothing: Requirement = Object.freeze({
  authenticated: false,
  scopes: [],
  policies: [],
});

/** All of them at once. */
export function allOf(requirements: Iterable<Requirement>): Requirement {
  let authenticated = false;
  const scopes = new Map<string, Alternatives>();
  const policies = new Map<string, Alternatives>();
  for (const requirement of requirements) {
    authenticated ||= requirement.authenticated;
    for (const alternatives of requirement.scopes) scopes.set(keyOf(alternatives), alternatives);
    for (const alternatives of requirement.policies) policies.set(keyOf(alternatives), alternatives);
  }
  if (!authenticated && scopes.size === 0 && policies.size === 0) return nothing;
  return Object.freeze({
    authenticated,
    scopes: Object.freeze([...scopes.values()]),
    policies: Object.freeze([...policies.values()]),
  });
}

/** Whether everybody who meets all of `others` meets `requirement` too. */
export function impliedBy(requirement: Requirement, others: readonly Requirement[]): boolean {
  const given = allOf(others);
  if (requirement.authenticated && !given.authenticated) return false;
  return areImplied(requirement.scopes, given.scopes) && areImplied(requirement.policies, given.policies);
}

function areImplied(demands: readonly Alternatives[], given: readonly Alternatives[]): boolean {
  if (demands.length === 0) return true;
  const held = ways(given);
  return demands.every((alternatives) =>
    held?.every((names) => alternatives.some((list) => list.every((name) => names.has(name)))),
  );
}

/** Whether somebody of whom exactly `names` hold has what each entry asks for. */
export function areMet(demands: readonly Alternatives[], holds: (name: string) => boolean): boolean {
  return demands.every((alternatives) => alternatives.some((list) => list.every(holds)));
}

/** Beyond this many combinations nothing is called implied: the stricter reading. */
const mostWays = 4096;

/** The least sets of names with which all of `demands` is met; undefined if there are too many to say. */
function ways(demands: readonly Alternatives[]): readonly ReadonlySet<string>[] | undefined {
  let combined: ReadonlySet<string>[] = [new Set()];
  for (const alternatives of demands) {
    combined = combined.flatMap((held) => alternatives.map((list) => new Set([...held, ...list])));
    if (combined.length > mostWays) return undefined;
  }
  return combined;
}

/** Equal for equal alternatives, whatever the order they were written in. */
function keyOf(alternatives: Alternatives): string {
  return JSON.stringify(alternatives.map((list) => JSON.stringify([...new Set(list)].sort())).sort());
}
