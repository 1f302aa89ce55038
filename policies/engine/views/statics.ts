/** What is the same for all views of a bundle, prepared once. */
import type { Coordinate } from '@portcullis/schema/supergraph/supergraph';
import type { Decidable } from '../decidable.ts';
import type { AccessModel, ElementNeeds } from '../model/model.ts';
import { type Bits, emptyBits, setBit } from './bits.ts';

export interface Statics {
  /** Fields and named conditions. */
  readonly size: number;
  /** By domain: what it owns. */
  readonly owned: ReadonlyMap<string, Bits>;
  readonly hasOwner: Bits;
  /** Fields whose every owner carries it out. */
  readonly enforces: Readonly<Record<'rows' | 'groups', Bits>>;
  /** Output fields by type. */
  readonly ofType: ReadonlyMap<string, Bits>;
  /** Types that hold nothing of their own and carry nothing that does: `PageInfo`. */
  readonly neutral: ReadonlySet<string>;
}

const known = new WeakMap<Decidable, Statics>();

export function staticsOf(bundle: Decidable): Statics {
  const found = known.get(bundle) ?? prepare(bundle.model);
  known.set(bundle, found);
  return found;
}

function prepare(model: AccessModel): Statics {
  const size = model.fields.length + model.conditions.length;
  const owned = new Map<string, Bits>();
  const ofType = new Map<string, Bits>();
  const hasOwner = emptyBits(size);
  const enforces = { rows: emptyBits(size), groups: emptyBits(size) };
  for (const [id, { owners }] of [...model.fields, ...model.conditions].entries()) {
    if (owners.length > 0) setBit(hasOwner, id);
    for (const owner of owners) setBit(under(owned, owner, size), id);
  }
  for (const [id, { owners, kind, type }] of model.fields.entries()) {
    if (kind === 'field') setBit(under(ofType, type, size), id);
    for (const what of ['rows', 'groups'] as const) {
      const all =
        owners.length > 0 && owners.every((each) => model.subgraphs.get(each)?.enforces.includes(what));
      if (all) setBit(enforces[what], id);
    }
  }
  return { size, owned, hasOwner, enforces, ofType, neutral: neutralTypes(model) };
}

function under(sets: Map<string, Bits>, key: string, size: number): Bits {
  const bits = sets.get(key) ?? emptyBits(size);
  sets.set(key, bits);
  return bits;
}

function neutralTypes({ types, elements }: AccessModel): ReadonlySet<string> {
  const neutral = new Set([...types].filter(([, { carrier }]) => carrier).map(([name]) => name));
  const tells = (coordinate: Coordinate) => isEvidence(elements.get(coordinate), neutral);
  for (let size = -1; size !== neutral.size; ) {
    size = neutral.size;
    for (const name of neutral) if (types.get(name)?.fields.some(tells) !== false) neutral.delete(name);
  }
  return neutral;
}

/** Whether somebody who may use the field may know that its type is there. */
export function isEvidence(element: ElementNeeds | undefined, neutral: ReadonlySet<string>): boolean {
  if (element === undefined) return false;
  return element.needs.length > 0 || (element.returns !== undefined && !neutral.has(element.returns));
}
