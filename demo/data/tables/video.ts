/** Rows of the domain video. */
import { dayMs, epochDay, epochMs, isoDay, isoInstant } from '../calendar.ts';
import { type TitleFacts, titleLanguage, type Video } from '../facts/video.ts';
import { licenceId, titleId } from '../ids.ts';
import { item, type Random, randoms } from '../random.ts';
import { type DomainData, table } from '../table.ts';
import { licensors, originalTitle, seasonTitle, synopsis, titleGenres } from '../words/screen.ts';
import { countries, countryAt, drawOrigin } from '../world.ts';

const detailRandom = randoms('video detail');
const seasonRandom = randoms('video season');
const licenceRandom = randoms('video licence');

export function videoData(video: Video): DomainData {
  return { tables: [titles(video), seasons(video), licences(video)], derived: [] };
}

function titles(video: Video) {
  return table(
    'titles',
    [
      'id',
      'kind',
      'title',
      'original_title',
      'synopsis',
      'genre',
      'genres',
      'language',
      'languages',
      'origin_country',
      'countries',
      'released_on',
      'ended_on',
      'runtime_minutes',
      'age_rating',
      'average_score',
      'vote_count',
      'popularity_rank',
      'updated_at',
    ],
    function* () {
      for (const [at, title] of video.titles.entries()) yield titleRow(video, title, at);
    },
  );
}

function titleRow(video: Video, title: TitleFacts, at: number) {
  const random = detailRandom(at);
  const country = countryAt(title.origin);
  const language = titleLanguage(title);
  const second = random.pick(titleGenres);
  const rank = item(video.ranks, at);
  const votes =
    title.released === null
      ? 0
      : Math.floor((4_000_000 * (0.5 + random.next())) / (rank + 12)) + random.below(3);
  const partner = countryAt(drawOrigin(random)).code;
  const dubbed = countries
    .map((other) => other.language)
    .filter((other) => other !== language && random.chance(0.25));
  return {
    id: titleId(at),
    kind: title.series ? 'SERIES' : 'MOVIE',
    title: title.name,
    original_title: language === 'en' ? null : originalTitle(random, language),
    synopsis: random.chance(0.94) ? synopsis(random, title.genre) : null,
    genre: title.genre,
    genres: second === title.genre || random.chance(0.3) ? [title.genre] : [title.genre, second],
    language,
    languages: [language, ...new Set(dubbed)],
    origin_country: country.code,
    countries: partner === country.code || random.chance(0.7) ? [country.code] : [country.code, partner],
    released_on: title.released === null ? null : isoDay(title.released),
    ended_on: endDay(title, random),
    runtime_minutes: title.released === null ? null : title.minutes,
    age_rating: title.released === null ? null : ageRating(random, title),
    average_score: votes === 0 ? null : (2.6 + title.quality * 6.6 + random.next() * 0.5).toFixed(2),
    vote_count: votes,
    popularity_rank: rank + 1,
    updated_at: isoInstant(epochMs - Math.floor(random.next() * random.next() * 120 * dayMs)),
  };
}

function endDay(title: TitleFacts, random: Random): string | null {
  const last = title.seasons.at(-1);
  return title.ended && typeof last === 'number' ? isoDay(last + random.between(50, 80)) : null;
}

function ageRating(random: Random, { genre }: TitleFacts): string {
  if (genre === 'ANIMATION') return random.pick(['ALL', 'ALL', 'AGE_6', 'AGE_6', 'AGE_12']);
  if (genre === 'HORROR') return random.pick(['AGE_16', 'AGE_16', 'AGE_18']);
  if (genre === 'CRIME' || genre === 'THRILLER' || genre === 'ACTION') {
    return random.pick(['AGE_12', 'AGE_12', 'AGE_16', 'AGE_16', 'AGE_18']);
  }
  return random.pick(['ALL', 'AGE_6', 'AGE_6', 'AGE_12', 'AGE_12', 'AGE_16']);
}

function seasons(video: Video) {
  return table(
    'seasons',
    ['series_id', 'number', 'title', 'released_on', 'episode_count', 'runtime_minutes', 'updated_at'],
    function* () {
      for (const [at, title] of video.titles.entries()) {
        for (const [place, day] of title.seasons.entries()) {
          const random = seasonRandom(at * 16 + place);
          const episodes = random.between(6, 13);
          yield {
            series_id: titleId(at),
            number: place + 1,
            title: seasonTitle(random, place + 1),
            released_on: day === null ? null : isoDay(day),
            episode_count: episodes,
            runtime_minutes: day === null ? null : episodes * title.minutes + random.below(20),
            updated_at: isoInstant(epochMs - Math.floor(random.next() * 90 * dayMs)),
          };
        }
      }
    },
  );
}

function licences(video: Video) {
  return table(
    'licences',
    [
      'id',
      'title_id',
      'territory',
      'licensor',
      'model',
      'exclusive',
      'starts_on',
      'ends_on',
      'cost_amount',
      'cost_currency',
      'updated_at',
    ],
    function* () {
      for (const at of video.titles.keys()) {
        const own = licenceRandom(at * 8).chance(0.12);
        const count = own ? 1 : 1 + licenceRandom(at * 8 + 1).below(3);
        for (let place = 0; place < count; place += 1) yield licenceRow(video, at, { place, own });
      }
    },
  );
}

function licenceRow(video: Video, at: number, { place, own }: { place: number; own: boolean }) {
  const random = licenceRandom(at * 8 + place + 2);
  const title = item(video.titles, at);
  const starts = Math.max(title.released ?? epochDay, epochDay - random.below(1500));
  const world = own || (place === 0 && random.chance(0.4));
  const model = own ? 'OWNED' : random.pick(['FLAT_FEE', 'FLAT_FEE', 'PER_PLAY', 'REVENUE_SHARE']);
  const country = countryAt((at * 3 + place * 5) % countries.length);
  const cost = licenceCost(random, model, { rank: item(video.ranks, at), world });
  return {
    id: licenceId(at * 3 + place),
    title_id: titleId(at),
    territory: world ? 'WW' : country.code,
    licensor: own ? 'Own production' : item(licensors, Math.floor(at / 7) % licensors.length),
    model,
    exclusive: own || random.chance(0.35),
    starts_on: isoDay(starts),
    ends_on: own ? null : isoDay(starts + random.between(1, 5) * 365),
    cost_amount: cost,
    cost_currency: cost === null ? null : world ? 'USD' : country.currency,
    updated_at: isoInstant(epochMs - Math.floor(random.next() * 200 * dayMs)),
  };
}

/** What is popular is dear, and the world costs more than a country. */
function licenceCost(
  random: Random,
  model: string,
  { rank, world }: { rank: number; world: boolean },
): string | null {
  if (model === 'OWNED' || model === 'REVENUE_SHARE') return null;
  if (model === 'PER_PLAY') return (0.02 + random.next() * 0.3).toFixed(6);
  const base = (world ? 60_000_000 : 6_000_000) / (rank + 15);
  return (Math.round((base * (0.5 + random.next())) / 100) * 100 + 2_500).toFixed(2);
}
