/** Who asks, and what of each table is hidden from them, as row security in the database reads it from `app.claims`. */
import type { RowClaims } from '../access/row-claims.ts';
import type { Identity } from './identity.ts';

export function databaseClaims(identity: Identity, rows: RowClaims): string {
  const { subject, scopes, workload, transaction, snapshot, client } = identity;
  return JSON.stringify({
    sub: subject,
    scope: scopes.join(' '),
    req_wl: workload,
    client,
    txn: transaction,
    snapshot,
    rows,
  });
}
