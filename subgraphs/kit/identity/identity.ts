/** Who a request is from, as the gateway signed it in the Txn-Token. */

export interface Identity {
  /** `<issuer>|<subject>` of the caller, or "anonymous". */
  readonly subject: string;
  /** Scopes of the caller, sorted. */
  readonly scopes: readonly string[];
  /** The workload that asked: the client id, or "anonymous" (claim `req_wl`). */
  readonly workload: string;
  /** The transaction (claim `txn`): the id of the request at the gateway. */
  readonly transaction: string;
  /** The gateway's snapshot generation that decided this request (claim `tctx.snapshot`). */
  readonly snapshot: string;
  /** The client, or null for an anonymous caller (claim `rctx.client`). */
  readonly client: string | null;
}
