/** All that rules say of callers who are alike to them. Plain data: it can be handed from thread to thread. */

import type { MaskRule } from '../rule.ts';
import type { RowCondition } from '../view.ts';
import type { Bits } from './bits.ts';

export interface ViewData {
  readonly fingerprint: string;
  readonly authenticated: boolean;
  /** As far as directives ask for them. */
  readonly scopes: readonly string[];
  /** Fields that none of the caller's products resolves: they may not be used at all, whatever is needed of them. */
  readonly outside: Bits | undefined;
  readonly permits: readonly Permit[];
  readonly forbids: readonly Forbid[];
  readonly obligations: readonly BoundObligation[];
}

interface Applying {
  /** -1: in all circumstances. */
  readonly guard: number;
  readonly bits: Bits;
}

export interface Permit extends Applying {
  /** Index in `decisions`. */
  readonly decision: number;
  readonly scope: string;
}

export interface Forbid extends Applying {
  readonly decision: number;
}

export interface BoundObligation extends Applying {
  readonly rule: string;
  readonly decisions: readonly number[];
  readonly what: What;
}

export type What =
  | { readonly kind: 'mask'; readonly mask: MaskRule }
  | { readonly kind: 'rowFilter'; readonly all: readonly RowCondition[] }
  | { readonly kind: 'minGroup'; readonly subjects: number };
