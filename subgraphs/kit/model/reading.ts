/** What the passes over an authored schema share: the source, the keys, and where problems go. */
import type { Keys } from './keys.ts';
import type { Problems } from './problems.ts';
import type { Source } from './source.ts';

export interface Reading {
  readonly source: Source;
  readonly keys: Keys;
  readonly problems: Problems;
}
