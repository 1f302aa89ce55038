/** The plans that the company sells, and what they cost where. */

export interface PlanFacts {
  readonly id: string;
  readonly name: string;
  readonly tier: 'FREE' | 'BASIC' | 'STANDARD' | 'PREMIUM';
  readonly summary: string;
  readonly devices: number;
  readonly advertising: boolean;
  readonly launched: string;
  readonly retired: string | null;
  readonly margin: string | null;
  /** Price for a month in cents of a euro, tax included. */
  readonly cents: number;
  /** Share of the subscribers, in percent. */
  readonly share: number;
}

type Line = readonly [
  string,
  string,
  PlanFacts['tier'],
  number,
  boolean,
  string,
  string | null,
  string | null,
  number,
  number,
  string,
];

const lines: readonly Line[] = [
  [
    'free',
    'Free',
    'FREE',
    1,
    true,
    '2021-03-01',
    null,
    null,
    0,
    22,
    'Everything with advertising, on one device.',
  ],
  [
    'basic',
    'Basic',
    'BASIC',
    1,
    false,
    '2019-09-16',
    null,
    '0.1800',
    699,
    18,
    'Everything without advertising, on one device.',
  ],
  [
    'standard',
    'Standard',
    'STANDARD',
    2,
    false,
    '2019-09-16',
    null,
    '0.2400',
    999,
    30,
    'Two devices at a time, in high definition.',
  ],
  [
    'premium',
    'Premium',
    'PREMIUM',
    4,
    false,
    '2019-09-16',
    null,
    '0.3100',
    1499,
    12,
    'Four devices at a time, in the best picture and sound.',
  ],
  [
    'music',
    'Music',
    'BASIC',
    1,
    false,
    '2022-05-02',
    null,
    '0.1200',
    549,
    8,
    'Music and podcasts alone, without advertising.',
  ],
  [
    'student',
    'Student',
    'STANDARD',
    1,
    false,
    '2020-08-24',
    null,
    '0.0900',
    499,
    7,
    'Standard for students, on one device.',
  ],
  [
    'duo',
    'Duo',
    'STANDARD',
    2,
    false,
    '2020-02-03',
    '2026-01-31',
    '0.2000',
    1199,
    3,
    'Two people in one household; no longer sold.',
  ],
];

export const plans: readonly PlanFacts[] = lines.map(
  ([id, name, tier, devices, advertising, launched, retired, margin, cents, share, summary]) => ({
    id: `pln_${id}`,
    name,
    tier,
    devices,
    advertising,
    launched,
    retired,
    margin,
    cents,
    share,
    summary,
  }),
);

/** What a currency's prices are in relation to those in euros, and the step to which they are rounded. */
const rates: ReadonlyMap<string, { readonly rate: number; readonly step: number; readonly short: number }> =
  new Map([
    ['EUR', { rate: 1, step: 1, short: 0 }],
    ['USD', { rate: 1, step: 100, short: 1 }],
    ['GBP', { rate: 0.9, step: 100, short: 1 }],
    ['CAD', { rate: 1.4, step: 100, short: 1 }],
    ['AUD', { rate: 1.5, step: 100, short: 1 }],
    ['PLN', { rate: 3.6, step: 100, short: 1 }],
    ['SEK', { rate: 10.5, step: 1000, short: 0 }],
    ['BRL', { rate: 3, step: 100, short: 10 }],
    ['MXN', { rate: 14, step: 1000, short: 0 }],
    ['INR', { rate: 25, step: 1000, short: 100 }],
    ['JPY', { rate: 130, step: 1000, short: 0 }],
  ]);

export const currencies: readonly string[] = [...rates.keys()];

/** A price in hundredths of a currency, rounded as prices are (9.99, 299); the yen has no hundredths. */
export function localPrice(cents: number, currency: string): number {
  const { rate, step, short } = rates.get(currency) ?? { rate: 1, step: 1, short: 0 };
  if (cents === 0) return 0;
  return Math.max(Math.round((cents * rate) / step), 1) * step - short;
}

/** The smallest amount of a currency, in hundredths. */
export function smallest(currency: string): number {
  return currency === 'JPY' ? 100 : 1;
}

/** Ten months' price for twelve; the free plan and those for students have no yearly price. */
export function yearlyPrice(plan: PlanFacts, currency: string): number | null {
  if (plan.cents === 0 || plan.id === 'pln_student') return null;
  return localPrice(plan.cents * 10, currency);
}

/** Hundredths as an exact decimal. */
export function decimal(hundredths: number): string {
  const sign = hundredths < 0 ? '-' : '';
  const digits = String(Math.abs(hundredths)).padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
