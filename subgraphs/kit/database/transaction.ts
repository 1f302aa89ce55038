/** One statement in a read-only transaction that knows who asks, sent in one round trip. */
import { escapeIdentifier, type PoolClient, Query } from 'pg';
import { EXACT_TYPES } from './exact-types.ts';
import type { Row, Statement } from './session.ts';
import type { NameOf } from './statement-names.ts';

interface Transaction {
  readonly statement: Statement;
  /** Who asks, as JSON. */
  readonly claims: string;
  readonly role: string | undefined;
  readonly timeoutMs: number;
  readonly nameOf: NameOf;
}

/** Transaction-local, so that nothing of it outlives the transaction on a pooled connection. */
const SETTINGS = `select set_config('app.claims', $1, true), set_config('statement_timeout', $2, true),
  set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true)`;

/**
 * Sends the whole transaction without waiting between its statements; once one has failed the server refuses
 * those behind it, so the statement never runs without the claims.
 */
export async function sendTransaction(
  client: PoolClient,
  { statement, claims, role, timeoutMs, nameOf }: Transaction,
  onRow: (row: Row) => void,
): Promise<void> {
  const named = (text: string, values: unknown[]) => {
    const name = nameOf(text);
    return name === undefined ? { text, values } : { text, values, name };
  };
  const query = new Query<Row>({ ...named(statement.sql, [...statement.parameters]), types: EXACT_TYPES });
  query.on('row', onRow);
  await Promise.all([
    client.query('begin read only'),
    client.query(named(SETTINGS, [claims, String(timeoutMs)])),
    // Its name is ours; SET takes no parameter.
    ...(role === undefined ? [] : [client.query(`set local role ${escapeIdentifier(role)}`)]),
    new Promise<void>((resolve, reject) => {
      query.on('end', () => resolve());
      query.on('error', reject);
      client.query(query);
    }),
    client.query('commit'),
  ]);
}
