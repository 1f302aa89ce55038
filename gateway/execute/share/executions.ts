/**
 * Inbound: one execution for all who ask the same at the same moment and are the same by value in everything that can matter
 * (docs/decisions/0005-minted-identity.md): nothing is shared between principals.
 */
import type { ExecutedRequest, PlannedRequest, Principal } from '../../request.ts';
import type { Execute } from '../execute.ts';
import { Flights } from './flights.ts';

export function sharingExecutions(execute: Execute): Execute {
  const flights = new Flights<ExecutedRequest>((signal) => Promise.reject(signal.reason));
  return (planned, event) => {
    const { context, operation } = planned.authorized.parsed;
    if (event !== undefined) return execute(planned, event);
    if (operation.definition.operation !== 'query') {
      // Whoever asks after an effect has to see it.
      return execute(planned).finally(() => flights.forget());
    }
    const result = flights.share(keyOf(planned), context.signal, () => execute(planned));
    // Each has its own request id and form of answer.
    return result.then((executed) => (executed.planned === planned ? executed : { ...executed, planned }));
  };
}

function keyOf({ authorized, snapshot, program }: PlannedRequest): string {
  const { principal, coerced } = authorized.parsed;
  // The program is that of a decision and of the conditions that hold.
  return `${snapshot.generation} ${numberOf(program)} ${identityOf(principal)} ${JSON.stringify(coerced)}`;
}

let last = 0;
const numbers = new WeakMap<object, number>();

function numberOf(program: object): number {
  const known = numbers.get(program);
  if (known !== undefined) return known;
  last += 1;
  numbers.set(program, last);
  return last;
}

const identities = new WeakMap<Principal, string>();

/** All that a subgraph learns of a caller, and for how long. */
function identityOf(principal: Principal): string {
  if (principal.kind === 'anonymous') return 'null';
  const known = identities.get(principal);
  if (known !== undefined) return known;
  const { issuer, subject, clientId, scopes, expiresAt } = principal;
  const text = JSON.stringify([issuer, subject, clientId, [...scopes].sort(), expiresAt]);
  identities.set(principal, text);
  return text;
}
