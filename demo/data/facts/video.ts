/** What the company knows about its films and series, as far as other domains refer to it. */
import { epochDay, yearOf } from '../calendar.ts';
import { item, type Random, randoms, ranking, ranksOf, weighted } from '../random.ts';
import type { Scale } from '../scale.ts';
import { screenTitle, type TitleGenre, titleGenres } from '../words/screen.ts';
import { countryAt, drawOrigin } from '../world.ts';
import { distinct } from './distinct.ts';

export interface TitleFacts {
  readonly series: boolean;
  readonly name: string;
  readonly genre: TitleGenre;
  /** Place in `countries`. */
  readonly origin: number;
  /** Day of the first release; null while it is not dated. */
  readonly released: number | null;
  /** Days on which the seasons of a series started; null for an announced one. */
  readonly seasons: readonly (number | null)[];
  /** Whether a series has ended. */
  readonly ended: boolean;
  readonly minutes: number;
  /** From 0 to 1; popular titles tend to be good ones. */
  readonly quality: number;
}

export interface Video {
  readonly titles: readonly TitleFacts[];
  /** Titles by falling popularity. */
  readonly order: Int32Array;
  /** Rank of each title from 0. */
  readonly ranks: Int32Array;
  /** Titles of a genre by falling popularity. */
  readonly ofGenre: ReadonlyMap<TitleGenre, Int32Array>;
}

const drawGenre = weighted([11, 7, 16, 9, 9, 20, 6, 7, 8, 6, 9]);
const titleRandom = randoms('video title');

export function createVideo(scale: Scale): Video {
  const seen = new Set<string>();
  const titles = Array.from({ length: scale.titles }, (_, at) => titleFacts(titleRandom(at), seen));
  const order = ranking(titles.map(popularity));
  return {
    titles,
    order,
    ranks: ranksOf(order),
    ofGenre: new Map(
      titleGenres.map((genre) => [genre, order.filter((at) => item(titles, at).genre === genre)]),
    ),
  };
}

function titleFacts(random: Random, seen: Set<string>): TitleFacts {
  const series = random.chance(0.36);
  const genre = item(titleGenres, drawGenre(random));
  const name = distinct(seen, () => screenTitle(random, genre));
  const origin = drawOrigin(random);
  const released = releaseDay(random);
  const minutes = series
    ? random.between(genre === 'COMEDY' || genre === 'ANIMATION' ? 18 : 38, genre === 'COMEDY' ? 34 : 62)
    : random.between(68, 118) + random.below(30) + (genre === 'ANIMATION' ? -12 : 8);
  const quality = (random.next() + random.next() + random.next()) / 3;
  const seasons = series ? seasonDays(random, released, quality) : [];
  const last = seasons.at(-1);
  return {
    series,
    name,
    genre,
    origin,
    released,
    seasons,
    ended: typeof last === 'number' && last < epochDay - 900,
    minutes,
    quality,
  };
}

/** Most of a catalogue is recent; a few titles are announced without a date. */
function releaseDay(random: Random): number | null {
  const back = random.next();
  if (random.chance(0.012)) return null;
  return epochDay - 1 - Math.floor(back * back * 50 * 365.25);
}

function seasonDays(random: Random, released: number | null, quality: number): readonly (number | null)[] {
  const planned = 1 + Math.floor(random.next() * (1 + quality * 8));
  const days: (number | null)[] = [released];
  let day = released;
  while (day !== null && days.length < planned) {
    day += random.between(300, 460);
    // The season after the last one may be announced already.
    if (day >= epochDay) day = null;
    days.push(day);
  }
  return days;
}

/** New, good and lucky titles are played most. */
function popularity(title: TitleFacts, at: number): number {
  if (title.released === null) return 0;
  const luck = titleRandom(at).next();
  const age = 2026 - yearOf(title.released);
  return ((0.15 + title.quality) * (0.3 + luck)) / (age + 4);
}

/** BCP 47 tag of the language of origin. */
export function titleLanguage(title: TitleFacts): string {
  return countryAt(title.origin).language;
}
