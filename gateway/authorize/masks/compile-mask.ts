/**
 * Makes functions of the masks that rules name. What one returns is a value of the field's type, or null: a mask that does not
 * fit the type, or meets a value that it cannot read, shows nothing. None throws, and none keeps a value.
 */
import type { MaskRule } from '@portcullis/policies/engine/rule';
import { type KeyedHash, type Mask, showsNothing } from '../../program.ts';
import { beginning, ending } from './part.ts';
import { startOf } from './period.ts';
import { rounding } from './round.ts';

export interface MaskedField {
  readonly coordinate: string;
  /** The named type of its values. */
  readonly type: string;
  /** For which the caller asks; `none` is one too. */
  readonly purpose: string;
  readonly keyedHash: KeyedHash;
}

export function compileMask({ kind, parameter }: MaskRule, field: MaskedField): Mask {
  const { coordinate, type, purpose } = field;
  switch (kind) {
    case 'null':
      return showsNothing;
    case 'redact':
      return onText(type, () => redacted);
    case 'hash':
      return onText(type, field.keyedHash(coordinate, purpose));
    case 'last':
      return onText(type, ending(countOf(parameter), redacted));
    case 'first':
      return onText(type, beginning(countOf(parameter), redacted));
    case 'date':
      return startOf(parameter, type);
    case 'round':
      return rounding(parameter, type);
  }
}

/** As long for any value. */
const redacted = '***';

/** An ID is a string in an answer, also if a subgraph has numbers for IDs. */
function onText(type: string, mask: (text: string) => string): Mask {
  if (type !== 'String' && type !== 'ID') return showsNothing;
  return (value) => {
    if (typeof value === 'string') return mask(value);
    return type === 'ID' && Number.isSafeInteger(value) ? mask(String(value)) : null;
  };
}

/** Of what is no count nothing is shown. */
function countOf(parameter: string | undefined): number {
  return parameter !== undefined && /^[1-9]\d{0,5}$/.test(parameter) ? Number(parameter) : 0;
}
