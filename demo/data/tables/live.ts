/** Rows of the domain live. */
import { dayMs, dayOf, epochMs, hourMs, isoDay, isoInstant } from '../calendar.ts';
import type { Live, StreamFacts } from '../facts/live.ts';
import type { Music } from '../facts/music.ts';
import { streamFixture } from '../fixtures.ts';
import { artistId, streamId } from '../ids.ts';
import { item, type Random, randoms } from '../random.ts';
import { type DomainData, table } from '../table.ts';
import { rightsHolders, venues } from '../words/sound.ts';
import { countries, countryAt } from '../world.ts';

const detailRandom = randoms('live detail');

export function liveData(live: Live, music: Music): DomainData {
  const streams = table(
    'streams',
    [
      'id',
      'title',
      'kind',
      'status',
      'region',
      'country',
      'city',
      'venue',
      'language',
      'released_on',
      'starts_at',
      'ends_at',
      'headliner_id',
      'headliner_name',
      'peak_viewers',
      'average_viewers',
      'bytes_delivered',
      'rights_holder',
      'rights_fee',
      'rights_currency',
      'blackout_countries',
      'replay_until',
      'updated_at',
    ],
    function* () {
      for (const [at, stream] of live.streams.entries()) yield streamRow(stream, at, music);
    },
  );
  const viewers = table('viewer_counts', ['stream_id', 'viewers', 'counted_at'], function* () {
    for (const [at, { status, peak }] of live.streams.entries()) {
      if (status !== 'LIVE') continue;
      yield { stream_id: streamId(at), viewers: Math.ceil(peak * 0.6), counted_at: isoInstant(epochMs) };
    }
  });
  return { tables: [streams, viewers], derived: [] };
}

function streamRow(stream: StreamFacts, at: number, music: Music) {
  const random = detailRandom(at);
  const country = countryAt(stream.country);
  return {
    id: streamId(at),
    title: stream.name,
    kind: stream.kind,
    status: stream.status,
    region: country.region,
    country: country.code,
    city: stream.city,
    venue: stream.kind === 'ESPORT' ? null : `${stream.city} ${random.pick(venues)}`,
    language: stream.kind === 'CONCERT' ? null : country.language,
    released_on: isoDay(dayOf(stream.startMs + country.offset * hourMs)),
    starts_at: isoInstant(stream.startMs),
    headliner_id: stream.headliner === null ? null : artistId(stream.headliner),
    headliner_name: stream.headliner === null ? null : item(music.artists, stream.headliner).name,
    ...audience(stream, at, random),
    ...rights(stream, random),
    updated_at: isoInstant(Math.min(stream.endMs, epochMs) - random.below(hourMs)),
  };
}

function audience(stream: StreamFacts, at: number, random: Random) {
  if (stream.status !== 'ENDED') {
    return { ends_at: null, peak_viewers: null, average_viewers: null, bytes_delivered: null };
  }
  const average = Math.floor(stream.peak * (0.45 + random.next() * 0.35));
  const seconds = (stream.endMs - stream.startMs) / 1000;
  // 5 Mbit/s for each viewer.
  const bytes = average * seconds * 625_000;
  return {
    ends_at: isoInstant(stream.endMs),
    peak_viewers: stream.peak,
    average_viewers: average,
    bytes_delivered: at === streamFixture.index ? streamFixture.bytesDelivered : bytes,
  };
}

function rights(stream: StreamFacts, random: Random) {
  const { currency } = countryAt(stream.country);
  const own = stream.kind === 'CONFERENCE' && random.chance(0.7);
  const blackout = countries
    .map(({ code }) => code)
    .filter(() => random.chance(stream.kind === 'SPORT' ? 0.15 : 0.02));
  const replay = random.chance(0.7) ? isoInstant(stream.endMs + random.between(7, 365) * dayMs) : null;
  return {
    rights_holder: own ? null : random.pick(rightsHolders),
    rights_fee: own ? null : (Math.floor((stream.peak * (0.2 + random.next())) / 10) * 10 + 1_500).toFixed(2),
    rights_currency: own ? null : currency,
    blackout_countries: blackout,
    replay_until: replay,
  };
}
