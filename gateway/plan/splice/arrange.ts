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
  const loosened = placed.map((each, index) => (isOutOfOrder(placed, index) ? asConstant(each) : each));
  if (loosened.some((_, index) => isOutOfOrder(loosened, index))) throw onlyTree;
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

/** Whether its origin says it before something that comes before it in the answer. */
function isOutOfOrder(placed: readonly Placed[], index: number): boolean {
  const { field, origin } = placed[index] ?? {};
  if (field === undefined || origin === undefined) return false;
  const order = [...origin.members.keys()];
  const own = order.indexOf(field.from);
  return placed
    .slice(0, index)
    .some((each) => each.origin === origin && order.indexOf(each.field.from) > own);
}
