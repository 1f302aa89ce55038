/** Names for prepared statements: the one switch for servers and poolers that keep them or do not. */
import { createHash } from 'node:crypto';

/** A server keeps a named statement per connection for good, and filters make ever new texts. */
const MOST = 256;

export type NameOf = (sql: string) => string | undefined;

/** Names statements, or none: PgBouncer in transaction mode keeps names from version 1.21 on only. */
export function statementNames(enabled: boolean): NameOf {
  if (!enabled) return () => undefined;
  const names = new Map<string, string>();
  return (sql) => {
    const known = names.get(sql);
    if (known !== undefined || names.size >= MOST) return known;
    const name = `p_${createHash('sha256').update(sql).digest('hex').slice(0, 32)}`;
    names.set(sql, name);
    return name;
  };
}
