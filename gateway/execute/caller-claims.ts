/** What a token says of who asks: no more than its subgraph is to learn. */
import type { Subject } from '@portcullis/policies/engine/subject';
import type { Principal } from '../request.ts';

/** Who it is, with the client program; what rules can look at, without who; or neither. Obligations hold in any case. */
export type Disclosure = 'subject' | 'attributes' | 'none';

export interface CallerClaims {
  readonly sub: string;
  readonly scope: string;
  readonly req_wl: string;
  readonly client: string | null;
  /** A member of `tctx`. */
  readonly caller?: object;
}

/** In place of a name, where the subgraph is not to know it; `anonymous` says that there is none. */
const withheld = 'withheld';

/** Equal as JSON for all callers between whom the subgraph is not to tell. */
export function callerClaims(disclosure: Disclosure, principal: Principal, subject: Subject): CallerClaims {
  if (disclosure === 'none') return { sub: withheld, scope: '', req_wl: withheld, client: null };
  const scope = sorted(subject.scopes).join(' ');
  if (disclosure === 'attributes') {
    const { kind, roles, teams, attributes } = subject;
    const caller = {
      kind,
      roles: sorted(roles),
      teams: sorted(teams),
      attributes: Object.fromEntries([...attributes].sort(([one], [other]) => (one < other ? -1 : 1))),
    };
    return { sub: withheld, scope, req_wl: withheld, client: null, caller };
  }
  if (principal.kind === 'anonymous') return { sub: 'anonymous', scope, req_wl: 'anonymous', client: null };
  const { issuer, subject: name, clientId } = principal;
  return { sub: `${issuer}|${name}`, scope, req_wl: clientId ?? 'anonymous', client: clientId ?? null };
}

function sorted(names: ReadonlySet<string>): readonly string[] {
  return [...names].sort();
}
