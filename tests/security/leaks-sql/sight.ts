/** What one caller may see, read from the obligations without SQL and without the kit. */

import { isVisible } from '@portcullis/kit/access/testing';
import type { Use } from '@portcullis/kit/identity/obligations';
import type { ScalarName } from '@portcullis/kit/model/domain';
import type { RandomType } from './domain.ts';
import type { RandomObligations } from './obligations.ts';
import type { Data, Row } from './rows.ts';

export class Sight {
  readonly #obligations: RandomObligations;

  constructor(obligations: RandomObligations) {
    this.#obligations = obligations;
  }

  sees(type: RandomType, row: Row): boolean {
    const names = new Set([type.name, concreteOf(type, row)]);
    const conditions = [...names].flatMap((name) => this.#obligations.rows[name] ?? []);
    return isVisible(row, conditions, scalarsOf(type));
  }

  rowsOf(type: RandomType, data: Data): readonly Row[] {
    return (data.get(type.name) ?? []).filter((row) => this.sees(type, row));
  }

  /** Whether rows are chosen by a column, whether or not the caller may use it. */
  filtersBy(type: RandomType, field: string): boolean {
    return namesOf(type).some((name) =>
      (this.#obligations.rows[name] ?? []).some((condition) => condition.field === field),
    );
  }

  isStubOpen(name: string): boolean {
    return this.#obligations.rows[name] === undefined;
  }

  denies(name: string, field: string, use: Use): boolean {
    const fields = this.#obligations.denied[name]?.[use];
    return fields !== undefined && (fields === '*' || fields.includes(field));
  }

  /** Of rows of several types one that may not is enough. */
  deniesAny(type: RandomType, field: string, ...uses: readonly Use[]): boolean {
    return namesOf(type).some((name) => uses.some((use) => this.denies(name, field, use)));
  }

  /** Whether a concrete type's field is shown; keys join. */
  shows(type: RandomType, name: string, field: string): boolean {
    return (
      !this.denies(name, field, 'read') ||
      type.columns.some((column) => column.isKey && column.name === field)
    );
  }

  minimum(type: RandomType, fields: Iterable<string>): number {
    const all = [...fields];
    return Math.max(
      1,
      ...namesOf(type).flatMap((name) => all.map((field) => this.#obligations.groups[name]?.[field] ?? 1)),
    );
  }
}

/** A group as the minimum judges it: those whom its `where` chooses, and those whom it leaves out. */
export function isLargeEnough(
  type: RandomType,
  least: number,
  { chosen, rest }: { readonly chosen: readonly Row[]; readonly rest: readonly Row[] },
): boolean {
  if (least === 1) return true;
  const subjects = (rows: readonly Row[]): number =>
    new Set(rows.map((row) => row[type.subject]).filter((subject) => subject !== null)).size;
  return subjects(chosen) >= least && (rest.length === 0 || subjects(rest) >= least);
}

export function concreteOf({ name, variants }: RandomType, row: Row): string {
  return variants.length === 0 ? name : String(row['kind']);
}

function namesOf({ name, variants }: RandomType): readonly string[] {
  return [name, ...variants];
}

/** Concrete types alone: no row is of the interface. */
export function concreteNames({ name, variants }: RandomType): readonly string[] {
  return variants.length === 0 ? [name] : variants;
}

function scalarsOf(type: RandomType): Readonly<Record<string, ScalarName>> {
  return Object.fromEntries(
    type.columns.flatMap(({ name, scalar, isList }) => (isList ? [] : [[name, scalar]])),
  );
}
