/** A rule as the engine reads it: one Cedar policy, taken apart as far as compiling needs it. Plain data. */
import type { Action } from './action.ts';

export interface Rule {
  /** `@id`, unique in the bundle: `<scope>.<name>`. */
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  /** `global`, or the domain in whose folder it stands: it holds for that domain's fields alone. */
  readonly scope: string;
  readonly file: string;
  /** Of its first line in the file, from 1. */
  readonly line: number;
  /** As written, without comments before it. */
  readonly text: string;
  readonly principal: PrincipalHead;
  /** undefined: whatever is done with a field. `satisfy` has to be named, and then stands alone. */
  readonly actions: ReadonlySet<Action | 'satisfy'> | undefined;
  readonly resource: ResourceHead;
  readonly conditions: readonly Condition[];
  readonly obligation: Obligation | undefined;
  /** `@doc`, `@owner`, `@ticket`. */
  readonly annotations: ReadonlyMap<string, string>;
}

/** Everybody, or the members of a group. */
export type PrincipalHead =
  | { readonly kind: 'all' }
  | { readonly kind: 'in'; readonly type: 'Role' | 'Team' | 'Scope'; readonly id: string };

export type ResourceHead =
  | { readonly kind: 'all' }
  | {
      /** `is`: `resource == Field::"…"`, or of a rule about `satisfy`, `resource == Policy::"…"`. */
      readonly kind: 'is' | 'in';
      readonly type: 'Field' | 'Type' | 'DataProduct' | 'Domain' | 'Tag' | 'Classification' | 'Policy';
      readonly id: string;
    };

/** One `when` or `unless` clause. */
export interface Condition {
  readonly kind: 'when' | 'unless';
  /** The expression, as Cedar text without comments. */
  readonly text: string;
  /** A clause that reads the context reads nothing else; each reads something. */
  readonly reads: { readonly principal: boolean; readonly resource: boolean; readonly context: boolean };
}

export type MaskKind = 'null' | 'redact' | 'hash' | 'last' | 'first' | 'date' | 'round';

export interface MaskRule {
  readonly kind: MaskKind;
  /** `last:4` has "4", `date:year` has "year". */
  readonly parameter: string | undefined;
}

/** One comparison of `@rowFilter`; what it compares with is a literal or an attribute of the principal. */
export interface RowComparison {
  readonly field: string;
  readonly op: '=' | 'in' | '<=' | '>=';
  readonly value: { readonly literal: string | number } | { readonly attribute: string };
}

export type Obligation =
  | { readonly kind: 'mask'; readonly mask: MaskRule }
  | { readonly kind: 'rowFilter'; readonly all: readonly RowComparison[] }
  | { readonly kind: 'minGroup'; readonly subjects: number };
