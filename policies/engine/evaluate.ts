/** Decides one use. Pure: no clock, no I/O, no exception; whatever is not clearly allowed is denied. */
import type { Coordinate } from '@portcullis/schema/supergraph/supergraph';
import type { AccessRules } from './bundle.ts';

export type Caller =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'authenticated'; readonly scopes: ReadonlySet<string> };

/** Why, for logs and `explain`; a client never sees it. */
export type Reason = 'open' | 'met' | 'unknown' | 'protected' | 'anonymous' | 'scopes';

export interface Verdict {
  readonly effect: 'allow' | 'deny';
  readonly reason: Reason;
}

const verdicts = Object.freeze({
  open: { effect: 'allow', reason: 'open' },
  met: { effect: 'allow', reason: 'met' },
  unknown: { effect: 'deny', reason: 'unknown' },
  protected: { effect: 'deny', reason: 'protected' },
  anonymous: { effect: 'deny', reason: 'anonymous' },
  scopes: { effect: 'deny', reason: 'scopes' },
} as const satisfies Readonly<Record<Reason, Verdict>>);

export function evaluate(rules: AccessRules, caller: Caller, coordinate: Coordinate): Verdict {
  if (rules.open) return verdicts.open;
  const requirement = rules.requirements.get(coordinate);
  if (requirement === undefined) return verdicts.unknown;
  if (requirement.denied) return verdicts.protected;
  if (requirement.authenticated && caller.kind !== 'authenticated') return verdicts.anonymous;
  if (requirement.scopes.length === 0) return verdicts.met;
  if (caller.kind !== 'authenticated') return verdicts.scopes;
  const met = requirement.scopes.every((alternatives) =>
    alternatives.some((list) => list.every((scope) => caller.scopes.has(scope))),
  );
  return met ? verdicts.met : verdicts.scopes;
}
