/** What subscribers are billed for: terms of their plans, films rented, films and seasons bought. */

import { dateInMonth, dayMs, dayOf, epochDay, epochMs, monthsBetween } from './calendar.ts';
import type { Catalogue, Chooser } from './catalogue.ts';
import type { SubscriberFacts } from './facts/audience.ts';
import { titleId } from './ids.ts';
import { localPrice, plans, smallest, yearlyPrice } from './plans.ts';
import { item, type Random, randoms } from './random.ts';
import { countryAt } from './world.ts';

export interface Line {
  readonly kind: 'SUBSCRIPTION' | 'RENTAL' | 'PURCHASE' | 'CREDIT';
  readonly description: string;
  readonly title: string | null;
  readonly season: number | null;
  /** Hundredths, tax included. */
  readonly gross: number;
  /** Hundredths before tax, rounded to the smallest amount of the currency. */
  readonly net: number;
}

export interface Bill {
  readonly subscriber: number;
  readonly lines: readonly Line[];
  /** Whether a term of the plan is on it. */
  readonly planned: boolean;
  readonly issuedMs: number;
}

/** Billing keeps a year of invoices. */
const days = 365;
const billRandom = randoms('billing bill');
const saleRandom = randoms('billing sale');

/** All bills in the order of their days: each subscriber is billed on the date of the sign-up. */
export function* bills(
  subscribers: readonly SubscriberFacts[],
  catalogue: Catalogue,
  chooser: Chooser,
): Generator<Bill> {
  const byDate = new Map<number, number[]>();
  subscribers.forEach((subscriber, at) => {
    const date = dateInMonth(dayOf(subscriber.signedUpMs));
    byDate.set(date, [...(byDate.get(date) ?? []), at]);
  });
  for (let day = epochDay - days; day < epochDay; day += 1) {
    // Dates after the 28th have been moved to it, so only that one day of the month bills them.
    if (new Date(day * dayMs).getUTCDate() > 28) continue;
    for (const at of byDate.get(dateInMonth(day)) ?? []) {
      const bill = billOf({ subscriber: item(subscribers, at), at, day }, catalogue, chooser);
      if (bill !== null) yield bill;
    }
  }
}

interface Turn {
  readonly subscriber: SubscriberFacts;
  readonly at: number;
  readonly day: number;
}

function billOf(turn: Turn, catalogue: Catalogue, chooser: Chooser): Bill | null {
  const { subscriber, at, day } = turn;
  const term = monthsBetween(dayOf(subscriber.signedUpMs), day);
  // The first month is free.
  if (term < 1 || !subscribed(subscriber, day)) return null;
  const random = billRandom(at * 64 + term);
  const planned = planLine(subscriber, term);
  const lines = [...(planned === null ? [] : [planned]), ...saleLines(turn, term, { catalogue, chooser })];
  if (planned !== null && random.chance(0.006))
    lines.push(line(subscriber, 'CREDIT', 'Goodwill credit', -Math.round(planned.gross / 2)));
  if (lines.length === 0) return null;
  return { subscriber: at, lines, planned: planned !== null, issuedMs: day * dayMs + random.below(dayMs) };
}

function subscribed({ status, cancelledMs }: SubscriberFacts, day: number): boolean {
  if (cancelledMs !== null && cancelledMs < (day + 1) * dayMs) return false;
  // Who pauses has done so for the last two months.
  return status !== 'PAUSED' || day < epochDay - 60;
}

/** A month of the plan, or a year where it is paid by the year and the year is over. */
function planLine(subscriber: SubscriberFacts, term: number): Line | null {
  const plan = item(plans, subscriber.plan);
  if (plan.cents === 0) return null;
  const { currency } = countryAt(subscriber.country);
  if (!subscriber.yearly)
    return line(subscriber, 'SUBSCRIPTION', `${plan.name}, one month`, localPrice(plan.cents, currency));
  const yearly = yearlyPrice(plan, currency);
  return yearly === null || term % 12 !== 1
    ? null
    : line(subscriber, 'SUBSCRIPTION', `${plan.name}, one year`, yearly);
}

function line(subscriber: SubscriberFacts, kind: Line['kind'], description: string, gross: number): Line {
  const { vat, currency } = countryAt(subscriber.country);
  const unit = smallest(currency);
  const rounded = Math.round(gross / unit) * unit;
  return {
    kind,
    description,
    title: null,
    season: null,
    gross: rounded,
    net: Math.round((rounded * 10_000) / (10_000 + vat) / unit) * unit,
  };
}

/** Films rented and bought since the last bill, to the subscriber's taste. */
function saleLines(
  turn: Turn,
  term: number,
  { catalogue, chooser }: { catalogue: Catalogue; chooser: Chooser },
): readonly Line[] {
  const { subscriber, at, day } = turn;
  const [films, series] = subscriber.taste.mix;
  const random = saleRandom(at * 64 + term);
  if (!random.chance(((films + series) / 100) * subscriber.activity * 0.9)) return [];
  return Array.from({ length: 1 + random.below(2) }, () => {
    const wish = { subscriber, ms: Math.min((day - random.between(1, 27)) * dayMs, epochMs) };
    const film = random.chance(0.75);
    const choice = chooser.chooseOf(random, film ? 'Movie' : 'Series', wish);
    return choice === null
      ? []
      : [saleLine(random, subscriber, { title: titleAt(choice.id), film, day: dayOf(wish.ms) }, catalogue)];
  }).flat();
}

function titleAt(id: string): number {
  return Number(id.slice(4)) - 1;
}

interface Sale {
  readonly title: number;
  readonly film: boolean;
  readonly day: number;
}

function saleLine(
  random: Random,
  subscriber: SubscriberFacts,
  { title, film, day }: Sale,
  catalogue: Catalogue,
): Line {
  const { currency } = countryAt(subscriber.country);
  const { name, released, seasons } = item(catalogue.video.titles, title);
  const recent = released !== null && day - released < 400;
  if (film && random.chance(0.8)) {
    const rental = line(subscriber, 'RENTAL', `${name}, 48 hours`, localPrice(recent ? 499 : 299, currency));
    return { ...rental, title: titleId(title) };
  }
  const bought = film ? name : `${name}, season`;
  const out = seasons.filter((start) => start !== null && start <= day).length;
  const season = film ? null : 1 + random.below(Math.max(out, 1));
  const description = season === null ? bought : `${bought} ${season}`;
  const purchase = line(
    subscriber,
    'PURCHASE',
    description,
    localPrice(film ? (recent ? 1399 : 899) : 1499, currency),
  );
  return { ...purchase, title: titleId(title), season };
}
