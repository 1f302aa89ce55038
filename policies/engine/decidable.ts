/** Of a bundle, all that decisions are made by. Plain data. */
import type { AccessModel } from './model/model.ts';
import type { Rule } from './rule.ts';
import type { Vocabulary } from './vocabulary/vocabulary.ts';

export interface Decidable {
  /** Equal keys, equal rules on an equal supergraph. */
  readonly key: string;
  readonly vocabulary: Pick<Vocabulary, 'attributes'>;
  readonly model: AccessModel;
  readonly rules: readonly Rule[];
}
