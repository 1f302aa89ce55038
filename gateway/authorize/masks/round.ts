/** `round:n`: the multiple of n that is nearest, exactly, without the errors of binary fractions. */
import { type Mask, showsNothing } from '../../program.ts';
import { type Decimal, decimalText, nearestMultiple, readDecimal } from './decimal.ts';

type Round = (value: Decimal, step: Decimal) => Decimal;

/**
 * Nothing is shown of what is no number, and where the step takes nothing away: integers to multiples of a fraction, or of one.
 */
export function rounding(parameter: string | undefined, type: string): Mask {
  const step = parameter === undefined ? undefined : readDecimal(parameter);
  const kind = kinds.get(type);
  if (step === undefined || step.digits <= 0n || kind === undefined) return showsNothing;
  if (kind.range !== undefined && (step.scale > 0 || step.digits < 2n)) return showsNothing;
  const round: Round = kind.range === undefined ? nearestMultiple : within(kind.range);
  return (value) => {
    const number = typeof value === 'number' || kind.isText ? readNumber(value) : undefined;
    if (number === undefined || (kind.range !== undefined && !isWithin(number, kind.range))) return null;
    const text = decimalText(round(number, step));
    return typeof value === 'string' ? text : finite(Number(text));
  };
}

interface Kind {
  readonly isText: boolean;
  /** Of integers: the largest one; the smallest is one below its negative. */
  readonly range: bigint | undefined;
}

const kinds: ReadonlyMap<string, Kind> = new Map([
  ['Int', { isText: false, range: 2n ** 31n - 1n }],
  ['Float', { isText: false, range: undefined }],
  ['Long', { isText: true, range: 2n ** 63n - 1n }],
  ['Decimal', { isText: true, range: undefined }],
]);

function readNumber(value: unknown): Decimal | undefined {
  return typeof value === 'number' || typeof value === 'string' ? readDecimal(String(value)) : undefined;
}

function isWithin({ digits, scale }: Decimal, largest: bigint): boolean {
  return scale === 0 && digits <= largest && digits >= -largest - 1n;
}

/** A multiple that the type cannot hold is no answer: then it is the one nearer to zero. */
function within(largest: bigint): Round {
  return (value, step) => {
    const rounded = nearestMultiple(value, step);
    if (isWithin(rounded, largest)) return rounded;
    const towardsZero = rounded.digits < 0n ? step.digits : -step.digits;
    return { ...rounded, digits: rounded.digits + towardsZero };
  };
}

function finite(number: number): number | null {
  return Number.isFinite(number) ? number : null;
}
