/** Who says what of an object: its own reply, what fetches add to it, or nobody because it is always the same. */
import type { FieldShape, ValueShape } from '../../program.ts';
import { onlyTree } from './only-tree.ts';
import type { Origin } from './origin.ts';

/** A field of the answer, and the origin it is taken from; undefined: it is constant. */
export interface Placed {
  readonly field: FieldShape;
  readonly origin: Origin | undefined;
  readonly constant: string;
  /** Others say it too: they count where the first says null. */
  readonly isShared: boolean;
}

/** Every field has an origin, and no origin's parts have to be changed in their order. */
export function arrange(fields: readonly FieldShape[], origins: readonly Origin[]): readonly Placed[] {
  const placed = fields.map((field) => place(field, origins));
  const outOfOrder = findOutOfOrder(placed);
  const loosened = placed.map((each) => (outOfOrder.has(each) ? asConstant(each) : each));
  if (findOutOfOrder(loosened).size > 0) throw onlyTree;
  return loosened;
}

function place(field: FieldShape, origins: readonly Origin[]): Placed {
  const { value } = field;
  const isKnown = value.kind === 'constant' || (value.kind === 'denied' && !value.nonNull);
  const [origin, ...others] = origins.filter(({ members }) => members.has(field.from));
  if (value.kind === 'constant') return { field, origin, constant: value.text, isShared: false };
  if (isKnown) return { field, origin: undefined, constant: 'null', isShared: false };
  if (value.kind === 'introspection' || value.kind === 'denied' || origin === undefined) throw onlyTree;
  if (others.length > 0 && !isLeaf(value)) throw onlyTree;
  return { field, origin, constant: '', isShared: others.length > 0 };
}

function isLeaf(value: ValueShape): boolean {
  return value.kind === 'leaf' || (value.kind === 'list' && isLeaf(value.of));
}

/** `__typename` is known wherever it stands. */
function asConstant({ field, ...rest }: Placed): Placed {
  if (field.value.kind !== 'constant') throw onlyTree;
  return { ...rest, field, origin: undefined };
}

/** Those that their origin says before something that comes before them in the answer. An object can have thousands. */
function findOutOfOrder(placed: readonly Placed[]): ReadonlySet<Placed> {
  const found = new Set<Placed>();
  const orders = new Map<Origin, { readonly places: ReadonlyMap<string, number>; latest: number }>();
  for (const each of placed) {
    if (each.origin === undefined) continue;
    const order = orders.get(each.origin) ?? { places: placesIn(each.origin), latest: -1 };
    orders.set(each.origin, order);
    const own = order.places.get(each.field.from) ?? -1;
    if (own < order.latest) found.add(each);
    else order.latest = own;
  }
  return found;
}

function placesIn({ members }: Origin): ReadonlyMap<string, number> {
  return new Map([...members.keys()].map((name, place) => [name, place]));
}
