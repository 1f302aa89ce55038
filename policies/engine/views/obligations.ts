/** What one subgraph has to carry out for one view. */
import type { Coordinate } from '@portcullis/schema/supergraph/supergraph';
import type { Decidable } from '../decidable.ts';
import type { FieldEntity, FieldId } from '../model/model.ts';
import type { AccessView, DeniedFields, DeniedUses, Obligations } from '../view.ts';
import { hasBit } from './bits.ts';
import type { Rights } from './rights.ts';

interface For {
  readonly subgraph: string;
  readonly view: Pick<AccessView, 'allows'>;
  /** Whether the caller has what directives ask for. */
  readonly meets: (coordinate: Coordinate) => boolean;
}

export function obligationsOf(bundle: Decidable, rights: Rights, of: For): Obligations {
  const types = bundle.model.subgraphs.get(of.subgraph)?.types ?? [];
  const columns = columnsByType(bundle, of.subgraph);
  const rows = record(types.map((type) => [type, rights.rows.get(type)] as const));
  const groups = record([...columns].map(([type, each]) => [type, groupsOf(each, rights, of)] as const));
  const denied = record([...columns].map(([type, each]) => [type, deniedOf(each, rights, of)] as const));
  return deepFreeze({
    ...(rows && { rows }),
    ...(groups && { groups }),
    ...(denied && { denied }),
  });
}

interface Column {
  readonly id: FieldId;
  readonly field: FieldEntity;
  readonly name: string;
}

/** Fields that hold data of their own; what stands for columns only is none. */
function columnsByType({ model }: Decidable, subgraph: string): ReadonlyMap<string, readonly Column[]> {
  const columns = new Map<string, Column[]>();
  for (const [id, field] of model.fields.entries()) {
    if (field.kind !== 'field' || !field.owners.includes(subgraph) || model.types.get(field.type)?.root)
      continue;
    const needs = model.elements.get(field.coordinate)?.needs;
    if (needs?.some((need) => need.field === id && need.delivered) !== true) continue;
    const column = { id, field, name: field.coordinate.slice(field.type.length + 1) };
    const ofType = columns.get(field.type);
    if (ofType === undefined) columns.set(field.type, [column]);
    else ofType.push(column);
  }
  return columns;
}

function groupsOf(columns: readonly Column[], { groups, allowed }: Rights, { meets }: For) {
  const sizeOf = ({ id, field }: Column) =>
    hasBit(allowed.aggregate, id) && meets(field.coordinate) ? groups.get(id) : undefined;
  return record(columns.map((each) => [each.name, sizeOf(each)] as const));
}

function deniedOf(
  columns: readonly Column[],
  { allowed }: Rights,
  { view, meets }: For,
): DeniedFields | DeniedUses | undefined {
  // What its owner has declassified has to be fetched for what is computed of it, whoever asks.
  const read = namesOf(columns, ({ field }) => !field.declassified && !isFetched(field, view));
  const filter = namesOf(
    columns,
    ({ id, field: { coordinate } }) => !hasBit(allowed.filter, id) || !view.allows(coordinate, 'query'),
  );
  const aggregate = namesOf(
    columns,
    ({ id, field: { coordinate } }) => !hasBit(allowed.aggregate, id) || !meets(coordinate),
  );
  // A header has to hold it: what is denied in every way, as most of it is, is named once.
  if (String(read) === String(filter) && String(read) === String(aggregate)) return read;
  return record([
    ['read', read],
    ['filter', filter],
    ['aggregate', aggregate],
  ] as const);
}

function isFetched({ coordinate }: FieldEntity, view: For['view']): boolean {
  return view.allows(coordinate, 'query') || view.allows(coordinate, 'subscription');
}

function namesOf(
  columns: readonly Column[],
  isDenied: (column: Column) => boolean,
): DeniedFields | undefined {
  const denied = columns.filter(isDenied);
  if (denied.length === 0) return undefined;
  return denied.length === columns.length ? '*' : denied.map(({ name }) => name).sort();
}

/** Without what is undefined; undefined if nothing is left. Names come from a schema: no prototype. */
function record<Name extends string, Value>(
  entries: readonly (readonly [Name, Value | undefined])[],
): Readonly<Record<string, Value>> | undefined {
  const found: Record<string, Value> = Object.create(null);
  let size = 0;
  for (const [name, value] of entries) {
    if (value === undefined) continue;
    found[name] = value;
    size++;
  }
  return size === 0 ? undefined : found;
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const each of Object.values(value)) if (typeof each === 'object' && each !== null) deepFreeze(each);
  return Object.freeze(value);
}
