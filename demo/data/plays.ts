/** Who played what, when, where and on which device: a year of plays in the order of time. */

import { epochMs, hourMs, isoInstant, weekday } from './calendar.ts';
import { type Catalogue, type Choice, Chooser, Schedule } from './catalogue.ts';
import { byCountry, type SubscriberFacts } from './facts/audience.ts';
import { playFixtures, subscriberFixture, trackFixture } from './fixtures.ts';
import { playId, subscriberId } from './ids.ts';
import { item, type Random, randoms, weighted } from './random.ts';
import type { Scale } from './scale.ts';
import { countries, countryAt, drawCity } from './world.ts';

const hours = 365 * 24;
const firstHour = epochMs / hourMs - hours;
const playRandom = randoms('audience play');
const homeRandom = randoms('audience home');

/** Share of a day's plays in each hour of the place: a peak at noon, a higher one in the evening. */
const byHour = [14, 8, 5, 3, 3, 5, 13, 24, 30, 28, 28, 31, 36, 34, 32, 33, 38, 46, 60, 78, 92, 90, 62, 32];
/** From Monday to Sunday. */
const byWeekday = [0.92, 0.9, 0.92, 0.96, 1.12, 1.28, 1.22];

export function* playRows(scale: Scale, catalogue: Catalogue, subscribers: readonly SubscriberFacts[]) {
  const world: World = {
    subscribers,
    residents: byCountry(subscribers),
    chooser: new Chooser(catalogue),
    schedule: new Schedule(catalogue.live, hourMs),
  };
  const sums = hourSums(world);
  const total = item(sums, hours - 1);
  let made = 0;
  for (let place = 0; place < hours; place += 1) {
    const until = Math.round((item(sums, place) / total) * scale.plays);
    const hour = firstHour + place;
    const count = until - made;
    const country = count === 0 ? undefined : weighted(weights(world, hour));
    for (let slot = 0; country !== undefined && slot < count; slot += 1) {
      const random = playRandom(made);
      const ms = hour * hourMs + Math.floor(((slot + random.next()) / count) * hourMs);
      yield playRow(world, random, { index: made, hour, ms, country: country(random) });
      made += 1;
    }
  }
  yield* fixedPlays();
}

interface World {
  readonly subscribers: readonly SubscriberFacts[];
  readonly residents: readonly Int32Array[];
  readonly chooser: Chooser;
  readonly schedule: Schedule;
}

/** How much goes on in each country in an hour, given who has signed up there by then. */
function weights(world: World, hour: number): readonly number[] {
  return countries.map((country, place) => {
    const local = hour + country.offset;
    const present = signedUpBefore(world, place, hour * hourMs);
    return present * item(byHour, local % 24) * item(byWeekday, weekday(Math.floor(local / 24)));
  });
}

/** How many more plays the events of an hour draw, as a part of what goes on without them. */
function pull(world: World, hour: number): number {
  const viewers = world.schedule.pull(hour);
  return viewers / (viewers + 120_000);
}

/** Running sums of what goes on in each hour of the year. */
function hourSums(world: World): Float64Array {
  const sums = new Float64Array(hours);
  let total = 0;
  for (let place = 0; place < hours; place += 1) {
    const calm = weights(world, firstHour + place).reduce((sum, weight) => sum + weight, 0);
    total += calm * (1 + pull(world, firstHour + place));
    sums[place] = total;
  }
  return sums;
}

/** How many residents had signed up before an instant; they are in the order of their sign-ups. */
function signedUpBefore({ residents, subscribers }: World, country: number, ms: number): number {
  const list = item(residents, country);
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (item(subscribers, item(list, middle)).signedUpMs < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Moment {
  readonly index: number;
  readonly hour: number;
  readonly ms: number;
  /** Place in `countries`. */
  readonly country: number;
}

function playRow(world: World, random: Random, { index, hour, ms, country }: Moment) {
  const at = drawSubscriber(world, random, { country, ms });
  const subscriber = item(world.subscribers, at);
  const event = pull(world, hour);
  const stream = random.chance(event / (1 + event)) ? world.schedule.choose(random, hour, ms) : null;
  const choice = stream ?? world.chooser.choose(random, subscriber, { at, ms });
  const seconds = watched(random, choice);
  const lag = random.chance(0.005) ? random.between(3600, 40_000) : random.between(5, 240);
  return {
    id: playId(index),
    subscriber_id: subscriberId(at),
    media_type: choice.type,
    media_kind: choice.type.toUpperCase(),
    media_id: choice.id,
    played_at: isoInstant(ms),
    ...where(random, subscriber, at),
    device: device(random, choice.type, (hour + countryAt(subscriber.country).offset) % 24),
    seconds_watched: seconds,
    completed: seconds >= choice.seconds * 0.95,
    ingested_at: isoInstant(ms + (seconds + lag) * 1000),
  };
}

/** A resident who has signed up and not left; active ones more often. */
function drawSubscriber(
  world: World,
  random: Random,
  { country, ms }: { country: number; ms: number },
): number {
  const list = item(world.residents, country);
  const present = signedUpBefore(world, country, ms);
  for (let attempt = 0; ; attempt += 1) {
    const at = item(list, random.below(present));
    const { activity, cancelledMs } = item(world.subscribers, at);
    if (cancelledMs !== null && cancelledMs <= ms) {
      // Where everybody has left, the first subscriber of all travels; no demo of a usual size gets here.
      if (attempt > 200) return subscriberFixture.index;
      continue;
    }
    if (attempt >= 24 || random.chance(activity)) return at;
  }
}

/** Seconds played: short things to the end, long ones often given up early. */
function watched(random: Random, { type, seconds }: Choice): number {
  if (random.chance(type === 'Track' ? 0.74 : type === 'Movie' ? 0.42 : 0.55)) return seconds;
  const part = random.next() * (type === 'Track' ? random.next() : 1);
  return Math.max(1, Math.floor(part * seconds));
}

/** City of a subscriber's address. */
export function homeCity(subscriber: SubscriberFacts, at: number): string {
  return drawCity(homeRandom(at), countryAt(subscriber.country));
}

function where(
  random: Random,
  subscriber: SubscriberFacts,
  at: number,
): { country: string | null; city: string | null } {
  const draw = random.next();
  if (draw < 0.03) return { country: null, city: null };
  const country = draw < 0.07 ? random.pick(countries) : countryAt(subscriber.country);
  if (random.chance(0.02)) return { country: country.code, city: null };
  const home = draw >= 0.2 && country === countryAt(subscriber.country);
  return { country: country.code, city: home ? homeCity(subscriber, at) : drawCity(random, country) };
}

const screens = ['TV', 'TV', 'TV', 'PHONE', 'TABLET', 'COMPUTER', 'CONSOLE'] as const;
const pockets = ['PHONE', 'PHONE', 'PHONE', 'SPEAKER', 'COMPUTER', 'TABLET'] as const;

function device(random: Random, type: Choice['type'], localHour: number): string {
  if (type === 'Track' || type === 'Episode') return random.pick(pockets);
  // Away from home by day, at the television set in the evening.
  if (localHour >= 7 && localHour < 17) return random.chance(0.45) ? 'PHONE' : random.pick(screens);
  return random.pick(screens);
}

function* fixedPlays() {
  for (const fixture of playFixtures) {
    yield {
      id: fixture.id,
      subscriber_id: subscriberFixture.id,
      media_type: 'Track',
      media_kind: 'TRACK',
      media_id: trackFixture.id,
      played_at: fixture.playedAt,
      country: 'DE',
      city: 'Berlin',
      device: 'PHONE',
      seconds_watched: 60,
      completed: false,
      ingested_at: isoInstant(Date.parse(fixture.playedAt) + 120_000),
    };
  }
}
