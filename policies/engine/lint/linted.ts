/** What the checks of rules look at, and what a check is. */
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import type { FieldIndex } from '../model/field-index.ts';
import type { AccessModel } from '../model/model.ts';
import type { PolicyProblem } from '../problem.ts';
import type { Rule } from '../rule.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';

export interface LintedBundle {
  readonly rules: readonly Rule[];
  readonly model: AccessModel;
  readonly vocabulary: Vocabulary;
  readonly supergraph: Supergraph;
  readonly index: FieldIndex;
}

export type Lint = (bundle: LintedBundle) => Iterable<PolicyProblem>;
