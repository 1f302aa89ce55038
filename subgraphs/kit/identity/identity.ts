/** Who a request is from, as the gateway signed it in the Txn-Token. */
import type { Caller } from './caller.ts';
import type { Obligations } from './obligations.ts';

export interface Identity {
  /** `<issuer>|<subject>` of the caller, "anonymous", or "withheld" where this subgraph is not to know. */
  readonly subject: string;
  /** Scopes of the caller, sorted. */
  readonly scopes: readonly string[];
  /** The workload that asked: the client id, or "anonymous" (claim `req_wl`). */
  readonly workload: string;
  /** The transaction (claim `txn`): the id of the request at the gateway. */
  readonly transaction: string;
  /** The gateway's snapshot generation that decided this request (claim `tctx.snapshot`). */
  readonly snapshot: string;
  /** What the caller wants the data for, or "none" (claim `tctx.purpose`). */
  readonly purpose: string;
  /** What has to be carried out for this caller (claim `tctx.obligations`). */
  readonly obligations: Obligations;
  /** What rules look at, if this subgraph learns that in place of the name (claim `tctx.caller`). */
  readonly caller: Caller | undefined;
  /** The client, or null for an anonymous caller (claim `rctx.client`). */
  readonly client: string | null;
}
