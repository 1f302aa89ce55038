/** What the company knows about its live streams, as far as other domains refer to it. */
import { dayMs, epochMs, hourMs, minuteMs } from '../calendar.ts';
import { streamFixture } from '../fixtures.ts';
import { item, type Random, randoms, ranking, ranksOf, weighted } from '../random.ts';
import type { Scale } from '../scale.ts';
import { games, mascots, stages, topics, tours } from '../words/sound.ts';
import { countryAt, drawCity, drawMarket } from '../world.ts';
import type { Music } from './music.ts';

export const streamKinds = ['CONCERT', 'CONFERENCE', 'ESPORT', 'SPORT', 'STAGE'] as const;
export type StreamKind = (typeof streamKinds)[number];

export interface StreamFacts {
  readonly kind: StreamKind;
  readonly status: 'SCHEDULED' | 'LIVE' | 'ENDED' | 'CANCELLED';
  readonly name: string;
  /** Place in `countries`. */
  readonly country: number;
  readonly city: string;
  /** The artist of a concert. */
  readonly headliner: number | null;
  readonly startMs: number;
  readonly endMs: number;
  readonly peak: number;
}

export interface Live {
  /** In the order of their starts. */
  readonly streams: readonly StreamFacts[];
  readonly order: Int32Array;
  readonly ranks: Int32Array;
}

const drawKind = weighted([38, 10, 12, 30, 10]);
const streamRandom = randoms('live stream');
const pastMs = 365 * dayMs;
const futureMs = 60 * dayMs;
/** So many are on the air at the epoch. */
const onTheAir = 5;

export function createLive(scale: Scale, music: Music): Live {
  const planned = Array.from({ length: scale.streams }, (_, at) => streamFacts(at, scale, music));
  const streams = withLive(planned);
  const order = ranking(streams.map((stream) => (stream.status === 'ENDED' ? stream.peak : 0)));
  return { streams, order, ranks: ranksOf(order) };
}

/** The next ones to begin have begun, a few minutes after one another. */
function withLive(planned: readonly StreamFacts[]): readonly StreamFacts[] {
  const next = planned.findIndex(({ status }) => status === 'SCHEDULED');
  return planned.map((stream, at) => {
    const place = at - next;
    if (stream.status !== 'SCHEDULED' || place >= onTheAir) return stream;
    const startMs = epochMs - (onTheAir - place) * 5 * minuteMs;
    return { ...stream, status: 'LIVE', startMs, endMs: startMs + stream.endMs - stream.startMs };
  });
}

function streamFacts(at: number, scale: Scale, music: Music): StreamFacts {
  const random = streamRandom(at);
  const kind = item(streamKinds, drawKind(random));
  const country = drawMarket(random);
  const city = drawCity(random, countryAt(country));
  const slot = (at + random.next()) / scale.streams;
  // On the quarter of an hour, in the evening of the place.
  const day = Math.floor((epochMs - pastMs + slot * (pastMs + futureMs)) / dayMs);
  const hour = random.between(15, 20) - countryAt(country).offset;
  const startMs = day * dayMs + hour * hourMs + random.below(4) * (hourMs / 4);
  const endMs = startMs + random.between(6, kind === 'CONFERENCE' ? 24 : 14) * (hourMs / 4);
  const headliner = kind === 'CONCERT' ? drawHeadliner(random, music) : null;
  const crowd = random.next() * random.next() * random.next();
  const fame = headliner === null ? 0.5 : 20 / (item(music.artistRanks, headliner) + 20);
  const fixed = at === streamFixture.index;
  const cancelled = random.chance(0.03);
  return {
    kind,
    status: fixed ? 'ENDED' : endMs > epochMs ? 'SCHEDULED' : cancelled ? 'CANCELLED' : 'ENDED',
    name: streamName(random, kind, { city, headliner, music, country }),
    country,
    city,
    headliner,
    startMs,
    endMs,
    peak: fixed ? streamFixture.peakViewers : 400 + Math.floor(crowd * fame * 900_000),
  };
}

/** Concerts that are streamed are those of the better known half. */
function drawHeadliner(random: Random, music: Music): number {
  const far = random.next() * random.next();
  return item(music.artistOrder, Math.floor((far * music.artists.length) / 2));
}

interface Setting {
  readonly city: string;
  readonly country: number;
  readonly headliner: number | null;
  readonly music: Music;
}

function streamName(random: Random, kind: StreamKind, setting: Setting): string {
  const { city, headliner, music, country } = setting;
  switch (kind) {
    case 'CONCERT':
      return `${item(music.artists, headliner ?? 0).name}: ${random.pick(tours)}, ${city}`;
    case 'CONFERENCE':
      return `${random.pick(topics.TECHNOLOGY)} Summit ${city}`;
    case 'ESPORT':
      return `${random.pick(games)} ${random.pick(['Masters', 'Grand Final', 'Open'])} ${city}`;
    case 'STAGE':
      return `${random.pick(stages)}, ${city}`;
    case 'SPORT': {
      const away = random.pick(countryAt(country).cities.filter((other) => other !== city));
      return `${city} ${random.pick(mascots)} – ${away} ${random.pick(mascots)}`;
    }
  }
}
