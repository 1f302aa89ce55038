/** Decimal numbers of any size, exactly: `digits` / 10 ^ `scale`. */

export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

const notation = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Reading and dividing longer ones takes time that grows with the square. */
const longest = 400;

/** Undefined if it is no number, or too long to be worth it. */
export function readDecimal(text: string): Decimal | undefined {
  if (text.length > longest) return undefined;
  const [, sign, whole, fraction = '', exponent = '0'] = notation.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const magnitude = BigInt(whole + fraction);
  const digits = sign === '-' ? -magnitude : magnitude;
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

/** In plain notation, with as many digits after the point as the scale says. */
export function decimalText({ digits, scale }: Decimal): string {
  const magnitude = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const whole = magnitude.slice(0, magnitude.length - scale);
  const fraction = magnitude.slice(magnitude.length - scale);
  return `${digits < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${fraction}`}`;
}

/** The multiple of a step that is nearest; from the middle between two, the one that is farther from zero. */
export function nearestMultiple(value: Decimal, step: Decimal): Decimal {
  const scale = Math.max(value.scale, step.scale);
  const [number, unit] = [scaled(value, scale), scaled(step, scale)];
  const magnitude = number < 0n ? -number : number;
  const count = (2n * magnitude + unit) / (2n * unit);
  return { digits: (number < 0n ? -count : count) * step.digits, scale: step.scale };
}

function scaled({ digits, scale }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - scale);
}
