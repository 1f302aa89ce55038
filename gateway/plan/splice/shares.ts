/** What each origin has of the fields of an object. */
import type { Placed } from './arrange.ts';
import type { Origin } from './origin.ts';

export interface Share {
  /** By the name in the reply. */
  readonly fields: ReadonlyMap<string, Placed>;
  /** By the name in the reply: fields that follow each other in the answer are one run. */
  readonly runs: ReadonlyMap<string, number>;
}

export type Shares = ReadonlyMap<Origin, Share>;

export function sharesOf(placed: readonly Placed[]): Shares {
  const shares = new Map<Origin, Draft>();
  for (const [index, each] of placed.entries()) {
    const { field, origin } = each;
    if (origin === undefined) continue;
    const share = shares.get(origin) ?? { fields: new Map(), runs: new Map(), run: -1 };
    shares.set(origin, share);
    if (index === 0 || placed[index - 1]?.origin !== origin) share.run += 1;
    share.fields.set(field.from, each);
    share.runs.set(field.from, share.run);
  }
  return shares;
}

interface Draft {
  readonly fields: Map<string, Placed>;
  readonly runs: Map<string, number>;
  run: number;
}
