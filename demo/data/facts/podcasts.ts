/** What the company knows about shows and episodes, as far as other domains refer to it. */
import { dayMs, epochDay, epochMs, hourMs } from '../calendar.ts';
import { item, type Random, randoms, ranking, ranksOf, weighted, zipf } from '../random.ts';
import type { Scale } from '../scale.ts';
import { personName } from '../words/people.ts';
import { episodeTitle, type PodcastCategory, podcastCategories, showTitle } from '../words/sound.ts';
import { countryAt, drawMarket } from '../world.ts';
import { distinct } from './distinct.ts';

export const cadences = { DAILY: 1.4, WEEKLY: 7, FORTNIGHTLY: 14, MONTHLY: 30 } as const;
export type Cadence = keyof typeof cadences;

export interface ShowFacts {
  readonly name: string;
  readonly category: PodcastCategory;
  /** Place in `countries`. */
  readonly country: number;
  readonly cadence: Cadence;
  readonly explicit: boolean;
  readonly running: boolean;
}

export interface EpisodeFacts {
  readonly show: number;
  /** Null for trailers and specials. */
  readonly number: number | null;
  readonly name: string;
  readonly guest: string | null;
  readonly publishedMs: number;
  readonly seconds: number;
}

export interface Podcasts {
  readonly shows: readonly ShowFacts[];
  readonly episodes: readonly EpisodeFacts[];
  readonly showRanks: Int32Array;
  /** Episodes by falling popularity. */
  readonly order: Int32Array;
  readonly ranks: Int32Array;
  readonly ofCategory: ReadonlyMap<PodcastCategory, Int32Array>;
}

const drawCadence = weighted([8, 60, 20, 12]);
const showRandom = randoms('podcast show');
const episodeRandom = randoms('podcast episode');
const fameRandom = randoms('podcast fame');

export function createPodcasts(scale: Scale): Podcasts {
  const seen = new Set<string>();
  const shows = Array.from({ length: scale.shows }, (_, at) => showFacts(showRandom(at), seen));
  const showOrder = ranking(shows.map((_, at) => fameRandom(at).next()));
  const showRanks = ranksOf(showOrder);
  const episodes = episodesOf(scale, shows, showOrder);
  const order = ranking(
    episodes.map((episode, at) => {
      const days = epochDay - episode.publishedMs / dayMs;
      return (0.4 + episodeRandom(at).next()) / ((item(showRanks, episode.show) + 6) * (days + 60));
    }),
  );
  return {
    shows,
    episodes,
    showRanks,
    order,
    ranks: ranksOf(order),
    ofCategory: new Map(
      podcastCategories.map((category) => [
        category,
        order.filter((at) => item(shows, item(episodes, at).show).category === category),
      ]),
    ),
  };
}

function showFacts(random: Random, seen: Set<string>): ShowFacts {
  const category = random.pick(podcastCategories);
  const country = drawMarket(random);
  return {
    name: distinct(seen, () => showTitle(random, category, countryAt(country).culture)),
    category,
    country,
    cadence: item(['DAILY', 'WEEKLY', 'FORTNIGHTLY', 'MONTHLY'] as const, drawCadence(random)),
    explicit: random.chance(category === 'COMEDY' || category === 'TRUE_CRIME' ? 0.35 : 0.04),
    running: random.chance(0.82),
  };
}

/** How many episodes each show has: at least two, the rest by Zipf's law. */
function lengths(scale: Scale, order: Int32Array): Int32Array {
  const counts = new Int32Array(order.length).fill(2);
  const draw = zipf(order.length);
  const random = randoms('podcast lengths')(0);
  for (let left = scale.episodes - 2 * order.length; left > 0; left -= 1) {
    const show = item(order, draw(random, order.length));
    counts[show] = item(counts, show) + 1;
  }
  return counts;
}

/** Episodes lie show by show, the oldest first. */
function episodesOf(scale: Scale, shows: readonly ShowFacts[], order: Int32Array): readonly EpisodeFacts[] {
  const episodes: EpisodeFacts[] = [];
  lengths(scale, order).forEach((count, at) => {
    const show = item(shows, at);
    const pause = cadences[show.cadence];
    const paused = show.running ? showRandom(at).below(Math.ceil(pause)) : 200 + showRandom(at).below(900);
    const country = countryAt(show.country);
    // Published at a fixed hour of the morning at home.
    const hour = 5 + showRandom(at).below(4) - country.offset;
    for (let place = 0; place < count; place += 1) {
      const random = episodeRandom(episodes.length);
      random.next();
      const daysAgo = 1 + paused + Math.floor((count - 1 - place) * pause);
      const guest = random.chance(0.4) ? personName(random, country.culture) : null;
      const guestName = guest === null ? null : `${guest.first} ${guest.last}`;
      episodes.push({
        show: at,
        number: place === 0 ? null : place,
        name: place === 0 ? `Trailer: ${show.name}` : episodeTitle(random, show.category, guestName),
        guest: place === 0 ? null : guestName,
        publishedMs: epochMs - daysAgo * dayMs + hour * hourMs,
        seconds: place === 0 ? random.between(60, 180) : random.between(900, 2400) + random.below(2400),
      });
    }
  });
  return episodes;
}
