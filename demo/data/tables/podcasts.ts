/** Rows of the domain podcasts. */
import { dayMs, dayOf, epochMs, hourMs, isoDay, isoInstant } from '../calendar.ts';
import type { Podcasts } from '../facts/podcasts.ts';
import { episodeId, showId } from '../ids.ts';
import { item, type Random, randoms } from '../random.ts';
import { type DomainData, table } from '../table.ts';
import { personName } from '../words/people.ts';
import { publishers, topics } from '../words/sound.ts';
import { countryAt } from '../world.ts';

const showRandom = randoms('podcast show detail');
const episodeRandom = randoms('podcast episode detail');

export function podcastsData(podcasts: Podcasts): DomainData {
  return { tables: [shows(podcasts), episodes(podcasts)], derived: [] };
}

/** Day of an instant at a place. */
function localDay(ms: number, offset: number): number {
  return dayOf(ms + offset * hourMs);
}

function shows(podcasts: Podcasts) {
  return table(
    'shows',
    [
      'id',
      'title',
      'host',
      'publisher',
      'category',
      'language',
      'country',
      'cadence',
      'explicit',
      'summary',
      'started_on',
      'ended_on',
      'followers',
      'updated_at',
    ],
    function* () {
      const spans = spansOf(podcasts);
      for (const at of podcasts.shows.keys()) yield showRow(podcasts, at, item(spans, at));
    },
  );
}

interface Span {
  first: number;
  last: number;
}

/** First and last day of publication of each show. */
function spansOf(podcasts: Podcasts): readonly Span[] {
  const spans = podcasts.shows.map((): Span => ({ first: Number.POSITIVE_INFINITY, last: 0 }));
  for (const episode of podcasts.episodes) {
    const { offset } = countryAt(item(podcasts.shows, episode.show).country);
    const span = item(spans, episode.show);
    span.first = Math.min(span.first, localDay(episode.publishedMs, offset));
    span.last = Math.max(span.last, localDay(episode.publishedMs, offset));
  }
  return spans;
}

function showRow(podcasts: Podcasts, at: number, span: Span) {
  const random = showRandom(at);
  const show = item(podcasts.shows, at);
  const country = countryAt(show.country);
  const hosts = Array.from({ length: random.chance(0.4) ? 2 : 1 }, () => personName(random, country.culture));
  const [first, second] = random.chance(0.5) ? [0, 1] : [2, 3];
  const about = topics[show.category];
  return {
    id: showId(at),
    title: show.name,
    host: hosts.map((host) => `${host.first} ${host.last}`).join(', '),
    publisher: random.chance(0.75) ? random.pick(publishers) : null,
    category: show.category,
    language: country.language,
    country: country.code,
    cadence: show.cadence,
    explicit: show.explicit,
    summary: random.chance(0.9)
      ? `On ${item(about, first).toLowerCase()}, ${item(about, second).toLowerCase()} and what they have to do with you.`
      : null,
    started_on: isoDay(span.first),
    ended_on: show.running ? null : isoDay(span.last),
    followers: Math.floor((600_000 * (0.6 + random.next())) / (item(podcasts.showRanks, at) + 3)),
    updated_at: isoInstant(epochMs - Math.floor(random.next() * 60 * dayMs)),
  };
}

function episodes(podcasts: Podcasts) {
  return table(
    'episodes',
    [
      'id',
      'show_id',
      'number',
      'title',
      'language',
      'guest',
      'summary',
      'released_on',
      'published_at',
      'duration_seconds',
      'explicit',
      'sponsored',
      'downloads',
      'updated_at',
    ],
    function* () {
      for (const at of podcasts.episodes.keys()) yield episodeRow(podcasts, at, episodeRandom(at));
    },
  );
}

function episodeRow(podcasts: Podcasts, at: number, random: Random) {
  const episode = item(podcasts.episodes, at);
  const show = item(podcasts.shows, episode.show);
  const country = countryAt(show.country);
  return {
    id: episodeId(at),
    show_id: showId(episode.show),
    number: episode.number,
    title: episode.name,
    language: country.language,
    guest: episode.guest,
    summary: random.chance(0.85)
      ? `${episode.guest ?? 'We'} ${episode.guest === null ? 'talk' : 'talks'} about ${random.pick(topics[show.category]).toLowerCase()} and what comes next.`
      : null,
    released_on: isoDay(localDay(episode.publishedMs, country.offset)),
    published_at: isoInstant(episode.publishedMs),
    duration_seconds: episode.seconds,
    explicit: show.explicit || random.chance(0.02),
    sponsored: episode.number !== null && random.chance(0.55),
    downloads: Math.floor((2_500_000 * (0.5 + random.next())) / (item(podcasts.ranks, at) + 10)),
    updated_at: isoInstant(Math.min(episode.publishedMs + random.below(20 * dayMs), epochMs)),
  };
}
