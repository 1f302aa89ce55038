/**
 * Inbound: one execution for all who ask the same at the same moment and are the same by value in everything that can matter
 * (docs/decisions/0005-minted-identity.md): nothing is shared between principals.
 */
import type { ExecutedRequest, PlannedRequest, Principal } from '../../request.ts';
import type { Execute } from '../execute.ts';
import { Flights } from './flights.ts';

/** @param version another number whenever equal executions from then on may come to something else */
export function sharingExecutions(execute: Execute, version: () => number = () => 0): Execute {
  const flights = new Flights<ExecutedRequest>((signal) => Promise.reject(signal.reason));
  return (planned, event) => {
    const { context, operation } = planned.authorized.parsed;
    if (event !== undefined) return execute(planned, event);
    if (operation.definition.operation !== 'query') {
      // Whoever asks after an effect has to see it.
      return execute(planned).finally(() => flights.forget());
    }
    const result = flights.share(keyOf(planned, version()), context.signal, () => execute(planned));
    // Each has its own request id and form of answer.
    return result.then((executed) => (executed.planned === planned ? executed : { ...executed, planned }));
  };
}

function keyOf({ authorized, snapshot, program }: PlannedRequest, version: number): string {
  const { principal, subject, coerced, forwarded } = authorized.parsed;
  const { view } = authorized.decision;
  // The program is that of a decision and of the conditions that hold. A view's key may hold anything: its length tells where it ends.
  const rights = `${view.key.length} ${view.key} ${JSON.stringify(subject.purpose)}`;
  const sentOn = forwarded === undefined ? '' : JSON.stringify(forwarded);
  return `${sentOn}${version} ${snapshot.generation} ${numberOf(program)} ${identityOf(principal)} ${rights} ${JSON.stringify(coerced)}`;
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

/** All that a subgraph can learn of a caller beside purpose and obligations (`identity.tells`), and for how long. */
function identityOf(principal: Principal): string {
  if (principal.kind === 'anonymous') return 'null';
  const known = identities.get(principal);
  if (known !== undefined) return known;
  const { issuer, subject, clientId, kind, attributes, expiresAt } = principal;
  const names = [principal.scopes, principal.roles, principal.teams].map((each) => [...each].sort());
  const values = [...attributes].sort(([one], [other]) => (one < other ? -1 : 1));
  const text = JSON.stringify([issuer, subject, clientId, kind, names, values, expiresAt]);
  identities.set(principal, text);
  return text;
}
