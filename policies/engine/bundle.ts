/** The access rules of one supergraph: what every coordinate requires of a caller, computed once, before any request. */
import type { Coordinate } from '@portcullis/schema/supergraph/supergraph';

/** At least one of these lists, all scopes of it (`@requiresScopes`, a disjunction of conjunctions). */
export type ScopeAlternatives = readonly (readonly string[])[];

/** What a caller must have. All of it holds at once: requirements are only ever added, never traded. */
export interface Requirement {
  /** Nobody: it is protected and no rule says for whom it is. */
  readonly denied: boolean;
  readonly authenticated: boolean;
  /** Each entry must be met by itself; entries of different owners are never merged into an "or". */
  readonly scopes: readonly ScopeAlternatives[];
}

export interface AccessRules {
  /** `--open`: everything is allowed to everyone. */
  readonly open: boolean;
  /** A coordinate that is not here is denied. */
  readonly requirements: ReadonlyMap<Coordinate, Requirement>;
}
