/** What one caller may see of a domain: the only way from a type to the rows of its table. */
import { sql } from 'kysely';
import {
  type FieldSet,
  type Obligations,
  type RowCondition,
  type Use,
  uses,
} from '../identity/obligations.ts';
import { type Column, type Domain, kindColumn, type StoredValue, type TableEntity } from '../model/domain.ts';
import { forbidden } from '../query/errors.ts';
import { all, columnOf, listParameter, parameter, rowsName, type Sql } from '../query/sql.ts';
import { type NoRow, type RowTest, rowTestOf } from './row-test.ts';

export interface Access {
  /** Whether any rows of any type are hidden. */
  readonly hasFilters: boolean;
  /** The rows of a type that the caller may see. */
  visible(entity: TableEntity): Visible;
  /** Whether what another domain has the rows of may be shown here: a filter on such rows cannot be carried out. */
  isOpen(type: string): boolean;
  /** @throws GraphQLError FORBIDDEN */
  demandRead(type: string, fields: readonly string[]): void;
  /** The conditions for the rows of a type, itself and its interfaces taken together. */
  testsOf(entity: TableEntity): readonly (RowTest | NoRow)[];
  /** Whether a field's values may be read. */
  isShown(type: string, field: string): boolean;
  /** Whether a field may be used in any way. */
  mayUse(type: string, field: string): boolean;
}

/** Told of obligations that mean nothing here: they hide all rows of the type. */
export type OnUnenforceable = (type: string, reason: string) => void;

export function createAccess(
  domain: Domain,
  obligations: Obligations,
  onUnenforceable: OnUnenforceable,
): Access {
  return new CallerAccess(domain, obligations, onUnenforceable);
}

export type Visible = VisibleRows;

/** Not exported as a value, and with a private field: nobody else can make one, not even by a copy. */
class VisibleRows {
  readonly entity: TableEntity;
  readonly #access: CallerAccess;
  readonly #conditions: readonly Sql[];

  constructor(entity: TableEntity, access: CallerAccess, conditions: readonly Sql[]) {
    this.entity = entity;
    this.#access = access;
    this.#conditions = conditions;
  }

  /** `"plays" as "t" where …`: the table's name is never without what hides rows. */
  where(conditions: readonly Sql[]): Sql {
    const { name } = this.entity.table;
    return sql`${sql.id(...name.split('.'))} as ${sql.id(rowsName)} where ${all([...this.#conditions, ...conditions])}`;
  }

  /**
   * The column of a field that the model and the schema both have, to be used so.
   * @throws GraphQLError FORBIDDEN where the caller may not
   */
  column(field: string, ...uses: readonly Use[]): Column {
    const column = this.entity.columns.get(field);
    if (column === undefined) throw new Error(`${this.entity.name} has no column for ${field}`);
    const types = [this.entity.name, ...this.entity.kinds.values()];
    if (types.some((type) => uses.some((use) => this.#access.isDenied(type, field, use)))) throw forbidden();
    return column;
  }

  /** How many subjects a group needs whose results use these fields; 1 is every group. */
  minimum(fields: Iterable<string>): number {
    return this.#access.minimum(this.entity, fields);
  }

  /** A column as it is selected: of a shared table, only from the rows of kinds that may show it. */
  selected({ alias, column }: StoredValue): Sql {
    const { kinds, columns } = this.entity;
    const field = columns.get(alias)?.field;
    // What is no field joins rows, and tells which type one is.
    if (field === undefined) return columnOf(column);
    const isShown = (type: string): boolean => this.#access.isShown(type, field);
    const shown = [...kinds].filter(([, type]) => isShown(type)).map(([kind]) => kind);
    if (shown.length === kinds.size) return columnOf(column);
    return sql`case when ${columnOf(kindColumn.column)} = any(${listParameter(shown, 'String')}) then ${columnOf(column)} end`;
  }
}

class CallerAccess implements Access {
  readonly #domain: Domain;
  readonly #obligations: Obligations;
  readonly #onUnenforceable: OnUnenforceable;
  readonly #visible = new Map<TableEntity, Visible>();

  constructor(domain: Domain, obligations: Obligations, onUnenforceable: OnUnenforceable) {
    this.#domain = domain;
    this.#obligations = obligations;
    this.#onUnenforceable = onUnenforceable;
  }

  get hasFilters(): boolean {
    return this.#obligations.rows.size > 0;
  }

  visible(entity: TableEntity): Visible {
    const known = this.#visible.get(entity);
    if (known !== undefined) return known;
    const visible = new VisibleRows(entity, this, this.#conditionsOf(entity));
    this.#visible.set(entity, visible);
    return visible;
  }

  isOpen(type: string): boolean {
    if (this.#filtersOf(type).length === 0) return true;
    this.#onUnenforceable(type, `the rows of ${type} are in another domain`);
    return false;
  }

  demandRead(type: string, fields: readonly string[]): void {
    if (fields.some((field) => !this.isShown(type, field))) throw forbidden();
  }

  /** Keys join what the domains have of an entity: they are read for everybody, and shown by the gateway's leave. */
  isShown(type: string, field: string): boolean {
    if (!this.isDenied(type, field, 'read')) return true;
    const keys = this.#domain.entities.get(type)?.keys ?? [];
    return keys.some((key) => key.some((part) => part.field === field));
  }

  mayUse(type: string, field: string): boolean {
    return uses.some((use) => !this.isDenied(type, field, use));
  }

  isDenied(type: string, field: string, use: Use): boolean {
    return holds(this.#obligations.denied.get(type)?.get(use), field);
  }

  minimum(entity: TableEntity, fields: Iterable<string>): number {
    const sizes = [entity.name, ...entity.kinds.values()].flatMap((type) => {
      const ofType = this.#obligations.groups.get(type);
      return ofType === undefined ? [] : [...fields].map((field) => ofType.get(field) ?? 1);
    });
    return Math.max(1, ...sizes);
  }

  testsOf(entity: TableEntity): readonly (RowTest | NoRow)[] {
    return this.#filtersOf(entity.name).map((condition) => rowTestOf(entity, condition));
  }

  /** The filters of a type, and those of every interface that it implements. */
  #filtersOf(type: string): readonly RowCondition[] {
    const { rows } = this.#obligations;
    if (rows.size === 0) return [];
    return [...rows].flatMap(([name, conditions]) =>
      name === type || this.#domain.possible.get(name)?.includes(type) === true ? conditions : [],
    );
  }

  #conditionsOf(entity: TableEntity): readonly Sql[] {
    const own = this.#ownConditions(entity);
    const { table, kinds } = entity;
    const kind = columnOf(kindColumn.column);
    if (table.kind !== undefined) return [sql`${kind} = ${parameter(table.kind, 'String')}`, ...own];
    if (kinds.size === 0) return own;
    const known = sql`${kind} = any(${listParameter([...kinds.keys()], 'String')})`;
    return [known, ...own, ...[...kinds].flatMap(([name, type]) => this.#ofKind(name, type))];
  }

  /** In a shared table each row meets the conditions of its own type. */
  #ofKind(kind: string, type: string): readonly Sql[] {
    const member = this.#domain.entities.get(type);
    const own = member?.source === 'table' ? this.#ownConditions(member) : [sql`false`];
    if (own.length === 0) return [];
    return [sql`(${columnOf(kindColumn.column)} <> ${parameter(kind, 'String')} or ${all(own)})`];
  }

  #ownConditions(entity: TableEntity): readonly Sql[] {
    return this.testsOf(entity).map((test) => {
      if ('column' in test) return compared(test);
      if (test.reason !== undefined) this.#onUnenforceable(entity.name, test.reason);
      return sql`false`;
    });
  }
}

function holds(fields: FieldSet | undefined, field: string): boolean {
  return fields !== undefined && (fields === '*' || fields.has(field));
}

/** Unknown for a row without a value, and what is unknown does not hold. */
function compared({ column, scalar, op, values }: RowTest): Sql {
  const [value] = values;
  switch (op) {
    case '=':
      return sql`${columnOf(column)} = ${parameter(value, scalar)}`;
    case '<=':
      return sql`${columnOf(column)} <= ${parameter(value, scalar)}`;
    case '>=':
      return sql`${columnOf(column)} >= ${parameter(value, scalar)}`;
    case 'in':
      return sql`${columnOf(column)} = any(${listParameter(values, scalar)})`;
  }
}
