/** The limit of a caller to some subgraphs: what no rule states, and everything keeps to that none of them resolves. */
import type { AccessModel } from '../model/model.ts';
import type { Subject } from '../subject.ts';
import { type Bits, emptyBits, setBit } from './bits.ts';

/**
 * Undefined: the caller is not limited. What several subgraphs resolve, such as a key, belongs to each of them; what nobody
 * owns belongs to none.
 */
export function outsideOf(
  { fields, conditions }: AccessModel,
  { products }: Pick<Subject, 'products'>,
): Bits | undefined {
  if (products === undefined) return undefined;
  const outside = emptyBits(fields.length + conditions.length);
  for (const [id, { owners }] of fields.entries())
    if (!owners.some((each) => products.has(each))) setBit(outside, id);
  return outside;
}
