/** What one caller may do with each field, in some circumstances: the rules put together. */
import type { Action } from '../action.ts';
import type { Decidable } from '../decidable.ts';
import type { FieldId } from '../model/model.ts';
import type { MaskRule } from '../rule.ts';
import type { RowCondition } from '../view.ts';
import { type Bits, emptyBits, hasBit, intersect, members, setBit, subtract, unite } from './bits.ts';
import { decisions } from './compile.ts';
import { stricter } from './masks.ts';
import { type Statics, staticsOf } from './statics.ts';
import type { BoundObligation, ViewData } from './view-data.ts';

export interface Rights {
  readonly allowed: Readonly<Record<Action, Bits>>;
  /** `read`, and nothing hidden by a mask. */
  readonly clear: Bits;
  /** Names of the conditions that hold. */
  readonly conditions: ReadonlySet<string>;
  readonly rows: ReadonlyMap<string, readonly RowCondition[]>;
  readonly groups: ReadonlyMap<FieldId, number>;
  maskOf(field: FieldId, action: Action): MaskRule | undefined;
}

export function rightsOf(bundle: Decidable, data: ViewData, guardMask: number): Rights {
  const statics = staticsOf(bundle);
  const isOn = ({ guard }: { readonly guard: number }) => guard === -1 || (guardMask & (1 << guard)) !== 0;
  const granted = decisions.map((_, index) => grantedFor(index, data, { statics, isOn }));
  const obligations = data.obligations.filter(isOn);
  const allowed = byAction((_, index) => granted[index] ?? emptyBits(statics.size));
  const rows = rowsOf(bundle, obligations, statics);
  const groups = groupsOf(obligations);
  withoutUnenforced(allowed, { rows, groups, statics });
  const masks = masksOf(obligations);
  const clear = limit(allowed, {
    obligations,
    groups,
    masked: (action) => maskedIn(obligations, action, statics.size),
  });
  const { fields, conditions } = bundle.model;
  const satisfied = granted[decisions.indexOf('satisfy')] ?? emptyBits(statics.size);
  return {
    allowed,
    clear,
    conditions: new Set(
      conditions.filter((_, index) => hasBit(satisfied, fields.length + index)).map(({ name }) => name),
    ),
    rows,
    groups,
    maskOf: (field, action) => masks[action].get(field),
  };
}

type ByAction<Value> = Record<Action, Value>;

function byAction<Value>(make: (action: Action, index: number) => Value): ByAction<Value> {
  const at = (action: Action) => make(action, decisions.indexOf(action));
  return {
    read: at('read'),
    filter: at('filter'),
    aggregate: at('aggregate'),
    mutate: at('mutate'),
    subscribe: at('subscribe'),
  };
}

interface Circumstance {
  readonly statics: Statics;
  readonly isOn: (of: { readonly guard: number }) => boolean;
}

/** A global permit, or one of every owner; and no forbid, and no limit to other products. */
function grantedFor(decision: number, data: ViewData, { statics, isOn }: Circumstance): Bits {
  const byScope = new Map<string, Bits>();
  for (const permit of data.permits) {
    if (permit.decision !== decision || !isOn(permit)) continue;
    const bits = byScope.get(permit.scope) ?? emptyBits(statics.size);
    unite(bits, permit.bits);
    byScope.set(permit.scope, bits);
  }
  const granted = Uint32Array.from(statics.hasOwner);
  for (const [domain, owned] of statics.owned) {
    const refused = Uint32Array.from(owned);
    subtract(refused, byScope.get(domain) ?? emptyBits(statics.size));
    subtract(granted, refused);
  }
  unite(granted, byScope.get('global') ?? emptyBits(statics.size));
  for (const forbid of data.forbids)
    if (forbid.decision === decision && isOn(forbid)) subtract(granted, forbid.bits);
  if (data.outside !== undefined) subtract(granted, data.outside);
  return granted;
}

/** A filter of one field of a type holds for the type as a whole, whatever is done with it. */
function rowsOf(
  { model }: Decidable,
  obligations: readonly BoundObligation[],
  { ofType }: Statics,
): ReadonlyMap<string, readonly RowCondition[]> {
  const rows = new Map<string, Map<string, RowCondition>>();
  for (const { what, bits } of obligations) {
    if (what.kind !== 'rowFilter') continue;
    for (const [type, fields] of ofType) {
      const shape = model.types.get(type);
      if (shape === undefined || shape.carrier || !shape.possible.includes(type)) continue;
      if (!fields.some((word, index) => (word & (bits[index] ?? 0)) !== 0)) continue;
      const known = rows.get(type) ?? new Map<string, RowCondition>();
      for (const each of what.all) known.set(JSON.stringify([each.field, each.op, each.value]), each);
      rows.set(type, known);
    }
  }
  return new Map(
    [...rows].sort().map(([type, all]) => [type, [...all].sort().map(([, condition]) => condition)] as const),
  );
}

function groupsOf(obligations: readonly BoundObligation[]): ReadonlyMap<FieldId, number> {
  const groups = new Map<FieldId, number>();
  const aggregate = decisions.indexOf('aggregate');
  for (const { what, bits, decisions: of } of obligations) {
    if (what.kind !== 'minGroup' || !of.includes(aggregate)) continue;
    for (const field of members(bits)) groups.set(field, Math.max(what.subjects, groups.get(field) ?? 0));
  }
  return groups;
}

interface Unenforced extends Pick<Rights, 'rows' | 'groups'> {
  readonly statics: Statics;
}

/** What a subgraph is not said to carry out cannot be relied on. */
function withoutUnenforced(allowed: ByAction<Bits>, { rows, groups, statics }: Unenforced): void {
  for (const type of rows.keys()) {
    const unfiltered = Uint32Array.from(statics.ofType.get(type) ?? []);
    subtract(unfiltered, statics.enforces.rows);
    for (const bits of Object.values(allowed)) subtract(bits, unfiltered);
  }
  for (const field of groups.keys()) {
    if (!hasBit(statics.enforces.groups, field)) clearBit(allowed.aggregate, field);
  }
}

function clearBit(bits: Bits, index: number): void {
  bits[index >>> 5] = (bits[index >>> 5] ?? 0) & ~(1 << (index & 31));
}

function masksOf(obligations: readonly BoundObligation[]): ByAction<ReadonlyMap<FieldId, MaskRule>> {
  return byAction((_, index) => {
    const masks = new Map<FieldId, MaskRule>();
    for (const { what, bits, decisions: of } of obligations) {
      if (what.kind !== 'mask' || !of.includes(index)) continue;
      for (const field of members(bits)) masks.set(field, stricter(masks.get(field), what.mask));
    }
    return masks;
  });
}

function maskedIn(obligations: readonly BoundObligation[], action: Action, size: number): Bits {
  const masked = emptyBits(size);
  const index = decisions.indexOf(action);
  for (const { what, bits, decisions: of } of obligations) {
    if (what.kind === 'mask' && of.includes(index)) unite(masked, bits);
  }
  return masked;
}

interface Limits {
  readonly obligations: readonly BoundObligation[];
  readonly groups: Rights['groups'];
  readonly masked: (action: Action) => Bits;
}

/** What follows from one action for another; gives what can be read in the clear. */
function limit(allowed: ByAction<Bits>, { obligations, groups, masked }: Limits): Bits {
  // Only aggregates have groups: for anything else such a rule is what Cedar says it is, a forbid.
  for (const { what, bits, decisions: of } of obligations) {
    if (what.kind !== 'minGroup') continue;
    for (const index of of) {
      const action = decisions[index];
      if (action !== undefined && action !== 'satisfy' && action !== 'aggregate')
        subtract(allowed[action], bits);
    }
  }
  const clear = Uint32Array.from(allowed.read);
  subtract(clear, masked('read'));
  // A predicate on a column tells its values as reading it does.
  intersect(allowed.filter, clear);
  subtract(allowed.filter, masked('filter'));
  const inGroups = emptyBits(clear.length * 32);
  for (const [field, subjects] of groups) if (subjects >= 2) setBit(inGroups, field);
  const visible = Uint32Array.from(clear);
  subtract(visible, masked('aggregate'));
  unite(visible, inGroups);
  intersect(allowed.aggregate, visible);
  return clear;
}
