/** What a Txn-Token is made of. */
import type { Subject } from '@portcullis/policies/engine/subject';
import type { AccessView } from '@portcullis/policies/engine/view';
import type { PlannedRequest, Principal } from '../request.ts';

export interface TokenRequest {
  readonly subgraph: string;
  readonly principal: Principal;
  /** What rules know of the principal. */
  readonly subject: Subject;
  /** By which it was decided: what the subgraph has to carry out comes of it, and is the same for equal keys. */
  readonly view: Pick<AccessView, 'key' | 'obligationsFor'>;
  /** Generation of the snapshot that decided. */
  readonly snapshot: string;
  /** Id of the request that causes the minting: the transaction. */
  readonly transaction: string;
}

/** What a subgraph may learn of a request. */
export function tokenRequestOf(subgraph: string, { authorized, snapshot }: PlannedRequest): TokenRequest {
  const { principal, subject, context } = authorized.parsed;
  return {
    subgraph,
    principal,
    subject,
    view: authorized.decision.view,
    snapshot: snapshot.generation,
    transaction: context.id,
  };
}
