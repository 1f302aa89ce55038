/**
 * Row security made from the model: what a statement's own conditions hide, the database hides as well, whoever wrote
 * the statement. It reads `app.claims` of the transaction; without claims there are no rows
 * (docs/decisions/0015-row-filters-groups-and-columns-in-sql.md).
 */
import { createHash } from 'node:crypto';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { entitiesByTable } from '../access/row-claims.ts';
import { comparedAs } from '../access/row-test.ts';
import { type Domain, kindColumn, physicalTypes, type TableEntity } from '../model/domain.ts';

export interface RowSecurity {
  readonly tables: readonly SecuredTable[];
  /** Functions that the policies call. */
  readonly functions: string;
  /** Equal for equal rules. */
  readonly fingerprint: string;
}

export interface SecuredTable {
  /** As SQL names it. */
  readonly name: string;
  /** What a row has to meet. */
  readonly condition: string;
}

/** The policy that hides rows, and the one without which there would be none to hide. */
export const policies = { rows: 'portcullis_rows', all: 'portcullis_all' } as const;

export function rowSecurity(domain: Domain): RowSecurity {
  const byTable = [...entitiesByTable(domain)];
  const tables = byTable.map(([table]) => ({ name: qualified(table), condition: conditionFor(table) }));
  const functions = [FILTER, ...byTable.map(([table, entities]) => rowFunction(table, entities))].join('\n');
  const text = JSON.stringify([functions, tables]);
  return { tables, functions, fingerprint: createHash('sha256').update(text).digest('hex') };
}

/** NULL for no claims and for malformed ones, nothing for a table without a filter, else its conditions. */
const FILTER = `
create or replace function portcullis_filter(filtered text) returns text[] language sql stable parallel safe as $$
  select case
    when jsonb_typeof(claims -> 'rows') is distinct from 'object' then null
    when not claims -> 'rows' ? filtered then '{}'
    when jsonb_typeof(claims -> 'rows' -> filtered) = 'array'
      then array(select jsonb_array_elements_text(claims -> 'rows' -> filtered))
  end
  from (select nullif(current_setting('app.claims', true), '')::jsonb) as sent(claims)
$$;`;

/** Each scalar sub-select runs once a statement, so a caller without a filter pays nothing for a row. */
function conditionFor(table: string): string {
  const filter = `(select portcullis_filter(${escapeLiteral(table)}))`;
  const row = `${escapeIdentifier(lastPart(table))}.*`;
  return `(select cardinality(portcullis_filter(${escapeLiteral(table)})) = 0) or ${rowName(table)}(${row}, ${filter})`;
}

/**
 * Compares as the kit's statements do. Its row is of no declared type, so that a migration may drop or change the
 * table; and each column is looked for only where a filter names it.
 */
function rowFunction(table: string, entities: readonly TableEntity[]): string {
  const cases = [...columnTypes(entities)].map(
    ([column, type]) => `
      when ${escapeLiteral(column)} then
        holds := case conditions[at + 1]
          when '=' then t.${escapeIdentifier(column)} = cast(conditions[at + 2] as ${type})
          when '<=' then t.${escapeIdentifier(column)} <= cast(conditions[at + 2] as ${type})
          when '>=' then t.${escapeIdentifier(column)} >= cast(conditions[at + 2] as ${type})
          when 'in' then t.${escapeIdentifier(column)} = any(cast(conditions[at + 2] as ${type}[]))
        end;`,
  );
  return `
create or replace function ${rowName(table)}(t anyelement, conditions text[]) returns boolean
language plpgsql stable strict parallel safe as $$
declare
  at integer := 1;
  holds boolean := true;
begin
  while at <= cardinality(conditions) loop
    if conditions[at + 1] = 'or' then
      if holds then return true; end if;
      holds := true;
    elsif holds then
      case conditions[at]${cases.join('')}
      else holds := false;
      end case;
      holds := coalesce(holds, false);
    end if;
    at := at + 3;
  end loop;
  return holds;
end $$;`;
}

function columnTypes(entities: readonly TableEntity[]): ReadonlyMap<string, string> {
  const columns = entities.flatMap((entity) => [...entity.columns.values()]);
  const types = new Map(
    columns
      .filter(({ list }) => !list)
      .map((column) => [column.column, physicalTypes[comparedAs(column)]] as const),
  );
  if (entities.some(({ table }) => table.kind !== undefined)) {
    types.set(kindColumn.column, physicalTypes[kindColumn.scalar]);
  }
  return types;
}

/** PostgreSQL would cut a longer name, and two could be one. */
function rowName(table: string): string {
  const name = `portcullis_row_${table}`;
  const short = `portcullis_row_${createHash('sha256').update(table).digest('hex').slice(0, 40)}`;
  return escapeIdentifier(Buffer.byteLength(name) <= 63 ? name : short);
}

/** As SQL names a table, in a schema or not. */
export function qualified(table: string): string {
  return table.split('.').map(escapeIdentifier).join('.');
}

function lastPart(table: string): string {
  return table.split('.').at(-1) ?? table;
}
