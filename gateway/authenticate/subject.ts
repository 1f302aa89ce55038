/** What of a principal rules can look at, with the purpose of this request: made once for each, not for each request. */
import type { Subject } from '@portcullis/policies/engine/subject';
import type { AuthenticatedPrincipal, Principal } from '../request.ts';
import { NotGranted } from './not-granted.ts';

const noNames: ReadonlySet<string> = new Set();

/** Nobody: everything has its default. */
export const nobody: Subject = Object.freeze({
  kind: 'anonymous',
  purpose: 'none',
  roles: noNames,
  teams: noNames,
  scopes: noNames,
  attributes: new Map(),
  products: undefined,
});

/** As many for each principal as it has purposes, and they go with it. */
const made = new WeakMap<AuthenticatedPrincipal, Map<string, Subject>>();

/**
 * @param purpose what the caller says; undefined: nothing
 * @throws NotGranted with one text for a purpose that does not exist and one that was granted to others
 */
export function subjectOf(principal: Principal, purpose: string | undefined): Subject {
  if (principal.kind === 'anonymous') {
    if (purpose !== undefined) throw notGranted();
    return nobody;
  }
  // Before anything is looked up: what was made for the usual purpose must not pass for a grant.
  if (purpose !== undefined && !principal.purposes.has(purpose)) throw notGranted();
  const chosen = purpose ?? usual(principal);
  return made.get(principal)?.get(chosen) ?? make(principal, chosen);
}

/** Whoever was granted one thing need not say it; whoever was granted several has to choose. */
function usual({ purpose, purposes }: AuthenticatedPrincipal): string {
  if (purpose !== undefined) return purpose;
  const [only] = purposes;
  return purposes.size === 1 && only !== undefined ? only : 'none';
}

function make(principal: AuthenticatedPrincipal, purpose: string): Subject {
  const { kind, roles, teams, scopes, attributes, products } = principal;
  const subject: Subject = Object.freeze({ kind, purpose, roles, teams, scopes, attributes, products });
  const others = made.get(principal);
  if (others === undefined) made.set(principal, new Map([[purpose, subject]]));
  else others.set(purpose, subject);
  return subject;
}

function notGranted(): NotGranted {
  return new NotGranted('purpose', 'This purpose is not granted to this caller.');
}
