/** Rows of the domain audience. */
import { dayMs, epochDay, epochMs, isoDay, isoInstant } from '../calendar.ts';
import type { Catalogue, MediaType } from '../catalogue.ts';
import type { SubscriberFacts } from '../facts/audience.ts';
import { episodeId, streamId, subscriberId, titleId, trackId } from '../ids.ts';
import { plans } from '../plans.ts';
import { homeCity, playRows } from '../plays.ts';
import { item, type Random, randoms } from '../random.ts';
import type { Scale } from '../scale.ts';
import { type DomainData, table } from '../table.ts';
import { personName, plain } from '../words/people.ts';
import { type Country, countryAt } from '../world.ts';

const personRandom = randoms('audience person');

export function audienceData(
  scale: Scale,
  catalogue: Catalogue,
  subscribers: readonly SubscriberFacts[],
): DomainData {
  return {
    tables: [
      subscriberTable(subscribers),
      table('media', ['id', 'media_type', 'name', 'rank'], () => mediaRows(catalogue)),
      table(
        'plays',
        [
          'id',
          'subscriber_id',
          'media_type',
          'media_kind',
          'media_id',
          'played_at',
          'country',
          'city',
          'device',
          'seconds_watched',
          'completed',
          'ingested_at',
        ],
        () => playRows(scale, catalogue, subscribers),
      ),
    ],
    derived: [],
  };
}

function subscriberTable(subscribers: readonly SubscriberFacts[]) {
  return table(
    'subscribers',
    [
      'id',
      'name',
      'email',
      'birth_date',
      'phone',
      'city',
      'country',
      'language',
      'plan_id',
      'status',
      'signed_up_at',
      'cancelled_at',
      'marketing_consent',
      'updated_at',
    ],
    function* () {
      for (const [at, subscriber] of subscribers.entries()) yield subscriberRow(subscriber, at);
    },
  );
}

/** Name of a subscriber; billing prints the same one on its cards. */
export function subscriberName(subscriber: SubscriberFacts, at: number): { first: string; last: string } {
  return personName(personRandom(at), countryAt(subscriber.country).culture);
}

function subscriberRow(subscriber: SubscriberFacts, at: number) {
  const country = countryAt(subscriber.country);
  const { first, last } = subscriberName(subscriber, at);
  const random = personRandom(at + 1_000_000);
  const changed = Math.max(
    subscriber.signedUpMs,
    subscriber.cancelledMs ?? epochMs - random.below(300 * dayMs),
  );
  return {
    id: subscriberId(at),
    name: `${first} ${last}`,
    // RFC 2606 §3 keeps these domains free for examples.
    email: `${plain(first)}.${plain(last)}${at + 1}@example.${random.pick(['com', 'net', 'org'])}`,
    birth_date: random.chance(0.9)
      ? isoDay(epochDay - random.between(17 * 365, 55 * 365) - random.below(18 * 365))
      : null,
    phone: random.chance(0.7) ? phone(random, country) : null,
    city: homeCity(subscriber, at),
    country: country.code,
    language: random.chance(0.9) ? country.language : 'en',
    plan_id: item(plans, subscriber.plan).id,
    status: subscriber.status,
    signed_up_at: isoInstant(subscriber.signedUpMs),
    cancelled_at: subscriber.cancelledMs === null ? null : isoInstant(subscriber.cancelledMs),
    marketing_consent: random.chance(0.1) ? null : random.chance(0.4),
    updated_at: isoInstant(changed),
  };
}

/** 555 0100 to 0199 are kept for fiction in North America; elsewhere no area code begins so. */
function phone(random: Random, country: Country): string {
  return `+${country.calling}55501${String(random.below(100)).padStart(2, '0')}${random.between(100, 999)}`;
}

function* mediaRows({ video, music, podcasts, live }: Catalogue) {
  for (const [at, title] of video.titles.entries()) {
    yield media(titleId(at), title.series ? 'Series' : 'Movie', title.name, item(video.ranks, at));
  }
  for (const [at, track] of music.tracks.entries())
    yield media(trackId(at), 'Track', track.name, item(music.ranks, at));
  for (const [at, episode] of podcasts.episodes.entries()) {
    yield media(episodeId(at), 'Episode', episode.name, item(podcasts.ranks, at));
  }
  for (const [at, stream] of live.streams.entries())
    yield media(streamId(at), 'Stream', stream.name, item(live.ranks, at));
}

function media(id: string, type: MediaType, name: string, rank: number) {
  return { id, media_type: type, name, rank: rank + 1 };
}
