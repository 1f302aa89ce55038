/** How what one caller may do with one field differs between two versions. */
import type { Glance } from '../reference/decider.ts';
import { printMask, stricter } from '../views/masks.ts';

export interface Difference {
  readonly what: 'access' | 'mask' | 'minGroup' | 'rowFilter';
  /** `deny`, `hash`, `10`, `region = EMEA`; undefined: none. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** The caller may come to know more than before. */
  readonly widens: boolean;
}

export interface Seen extends Glance {
  readonly rowFilter: string | undefined;
}

export function differencesIn(before: Seen, after: Seen): readonly Difference[] {
  if (!before.allowed && !after.allowed) return [];
  if (before.allowed !== after.allowed) {
    const [from, to] = [verdict(before), verdict(after)];
    return [{ what: 'access', from, to, widens: after.allowed }];
  }
  return [maskOf(before, after), groupOf(before, after), rowsOf(before, after)].filter(
    ({ from, to }) => from !== to,
  );
}

function verdict({ allowed, mask, minGroup, rowFilter }: Seen): string {
  if (!allowed) return 'deny';
  return [
    'allow',
    ...(mask === undefined ? [] : [`mask ${printMask(mask)}`]),
    ...(minGroup === undefined ? [] : [`minGroup ${minGroup}`]),
    ...(rowFilter === undefined ? [] : [`rowFilter ${rowFilter}`]),
  ].join(', ');
}

/** Of two masks of which none is stricter, neither shows less than the other. */
function maskOf({ mask: from }: Seen, { mask: to }: Seen): Difference {
  const isStricter = to !== undefined && (from === undefined || stricter(from, to) === to);
  return { what: 'mask', from: from && printMask(from), to: to && printMask(to), widens: !isStricter };
}

function groupOf({ minGroup: from }: Seen, { minGroup: to }: Seen): Difference {
  return {
    what: 'minGroup',
    from: from?.toString(),
    to: to?.toString(),
    widens: (to ?? 0) < (from ?? 0),
  };
}

/** Other rows may be more of them. */
function rowsOf({ rowFilter: from }: Seen, { rowFilter: to }: Seen): Difference {
  return { what: 'rowFilter', from, to, widens: from !== undefined };
}
