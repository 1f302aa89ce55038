/** Obligations with the values that they have for one caller. */

import type { Decidable } from '../decidable.ts';
import type { Obligation } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { attributeOf } from '../vocabulary/attributes.ts';
import type { What } from './view-data.ts';

export function bind(
  obligation: Obligation,
  subject: Subject,
  { attributes }: Decidable['vocabulary'],
): What {
  if (obligation.kind !== 'rowFilter') return obligation;
  const all = obligation.all.map(({ field, op, value }) => ({
    field,
    op,
    value: 'literal' in value ? value.literal : attributeOf(attributes, subject, value.attribute),
  }));
  return { kind: 'rowFilter', all };
}
