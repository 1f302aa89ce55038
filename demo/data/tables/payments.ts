/** Means of payment that subscribers have stored. */
import { dayMs, epochDay, epochMs, isoDay, isoInstant } from '../calendar.ts';
import type { SubscriberFacts } from '../facts/audience.ts';
import { plans } from '../plans.ts';
import { item, type Random, randoms } from '../random.ts';
import { type Country, countryAt } from '../world.ts';
import { subscriberName } from './audience.ts';

const methodRandom = randoms('billing method');

/** Who pays has one or two; who has the free plan may have one for rentals. */
export function* methodRows(subscriber: SubscriberFacts, at: number) {
  const random = methodRandom(at);
  const paying = item(plans, subscriber.plan).cents > 0;
  const count = paying ? (random.chance(0.2) ? 2 : 1) : random.chance(0.4) ? 1 : 0;
  const { first, last } = subscriberName(subscriber, at);
  const country = countryAt(subscriber.country);
  for (let place = 0; place < count; place += 1) {
    const brand = drawBrand(random, country);
    const card = brand === 'VISA' || brand === 'MASTERCARD' || brand === 'AMEX';
    const end = epochDay + random.between(-60, 1400);
    yield {
      place,
      brand,
      last_four: card ? String(random.below(10_000)).padStart(4, '0') : null,
      holder: `${first} ${last}`,
      iban: brand === 'SEPA_DEBIT' ? iban(random, country) : null,
      expires_on: card ? isoDay(end - new Date(end * dayMs).getUTCDate()) : null,
      preferred: place === 0,
      added_at: isoInstant(Math.min(subscriber.signedUpMs + place * random.below(300 * dayMs), epochMs - 1)),
    };
  }
}

function drawBrand(random: Random, country: Country): string {
  if (country.currency === 'EUR' && random.chance(0.4)) return 'SEPA_DEBIT';
  if (random.chance(0.18)) return 'WALLET';
  return random.pick(['VISA', 'VISA', 'MASTERCARD', 'MASTERCARD', country.code === 'US' ? 'AMEX' : 'VISA']);
}

/** Check digits 00 never occur in a real account (ISO 13616 yields 02 to 98), so none is hit by chance. */
function iban(random: Random, country: Country): string {
  const digits = Array.from({ length: 18 }, () => random.below(10)).join('');
  return `${country.code}00${digits}`;
}
