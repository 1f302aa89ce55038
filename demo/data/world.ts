/** The markets of the demo's company: where people live, speak, pay and sleep. */
import { item, type Random, weighted } from './random.ts';
import type { Culture } from './words/people.ts';

export interface Country {
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  /** Share of the subscribers, in percent. */
  readonly share: number;
  /** BCP 47. */
  readonly language: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Value added tax in hundredths of a percent. */
  readonly vat: number;
  /** Hours ahead of UTC in winter; close enough to tell evening from morning. */
  readonly offset: number;
  readonly calling: string;
  readonly culture: Culture;
  readonly region: 'AMERICAS' | 'APAC' | 'EMEA';
  /** The largest first. */
  readonly cities: readonly string[];
}

type Line = readonly [
  string,
  number,
  string,
  string,
  number,
  number,
  string,
  Culture,
  Country['region'],
  string,
];

const lines: readonly Line[] = [
  [
    'US',
    29,
    'en',
    'USD',
    0,
    -6,
    '1',
    'en',
    'AMERICAS',
    'New York,Los Angeles,Chicago,Houston,Seattle,Denver,Atlanta,Boston',
  ],
  [
    'DE',
    12,
    'de',
    'EUR',
    1900,
    1,
    '49',
    'de',
    'EMEA',
    'Berlin,Hamburg,München,Köln,Frankfurt am Main,Leipzig,Stuttgart',
  ],
  ['GB', 9, 'en', 'GBP', 2000, 0, '44', 'en', 'EMEA', 'London,Manchester,Birmingham,Glasgow,Bristol,Leeds'],
  ['FR', 8, 'fr', 'EUR', 2000, 1, '33', 'fr', 'EMEA', 'Paris,Lyon,Marseille,Toulouse,Nantes,Lille'],
  ['ES', 6, 'es', 'EUR', 2100, 1, '34', 'es', 'EMEA', 'Madrid,Barcelona,Valencia,Sevilla,Bilbao,Málaga'],
  [
    'BR',
    6,
    'pt',
    'BRL',
    1700,
    -3,
    '55',
    'pt',
    'AMERICAS',
    'São Paulo,Rio de Janeiro,Salvador,Recife,Curitiba',
  ],
  ['IT', 5, 'it', 'EUR', 2200, 1, '39', 'it', 'EMEA', 'Milano,Roma,Torino,Napoli,Bologna,Firenze'],
  ['IN', 5, 'hi', 'INR', 1800, 5, '91', 'hi', 'APAC', 'Mumbai,Bengaluru,Delhi,Chennai,Pune'],
  ['MX', 4, 'es', 'MXN', 1600, -6, '52', 'es', 'AMERICAS', 'Ciudad de México,Guadalajara,Monterrey,Puebla'],
  ['CA', 3, 'en', 'CAD', 500, -5, '1', 'en', 'AMERICAS', 'Toronto,Montréal,Vancouver,Calgary'],
  ['PL', 3, 'pl', 'PLN', 2300, 1, '48', 'pl', 'EMEA', 'Warszawa,Kraków,Wrocław,Łódź,Gdańsk'],
  ['NL', 2.5, 'nl', 'EUR', 2100, 1, '31', 'nl', 'EMEA', 'Amsterdam,Rotterdam,Utrecht,Eindhoven'],
  ['SE', 2.5, 'sv', 'SEK', 2500, 1, '46', 'sv', 'EMEA', 'Stockholm,Göteborg,Malmö,Uppsala'],
  ['AU', 2, 'en', 'AUD', 1000, 10, '61', 'en', 'APAC', 'Sydney,Melbourne,Brisbane,Perth'],
  ['JP', 2, 'ja', 'JPY', 1000, 9, '81', 'ja', 'APAC', 'Tokyo,Osaka,Nagoya,Fukuoka,Sapporo'],
  ['AT', 1, 'de', 'EUR', 2000, 1, '43', 'de', 'EMEA', 'Wien,Graz,Linz,Salzburg'],
];

export const countries: readonly Country[] = lines.map(
  ([code, share, language, currency, vat, offset, calling, culture, region, cities]) => ({
    code,
    share,
    language,
    currency,
    vat,
    offset,
    calling,
    culture,
    region,
    cities: cities.split(','),
  }),
);

/** Place of a country in `countries`, drawn by its share of the subscribers. */
export const drawMarket = weighted(countries.map((country) => country.share));

// Where films and series are made is another matter than where they are watched.
const drawMaker = weighted([38, 7, 11, 9, 6, 4, 4, 6, 3, 3, 2, 1, 3, 2, 5, 0.5]);

/** Place of a country in `countries`, drawn by how much is produced there. */
export function drawOrigin(random: Random): number {
  return drawMaker(random);
}

/** A city of a country: the first is the likeliest. */
export function drawCity(random: Random, country: Country): string {
  const far = random.next() * random.next();
  return item(country.cities, Math.floor(far * country.cities.length));
}

export function countryAt(place: number): Country {
  return item(countries, place);
}
