/** Definitions that are equal in every domain: scalars, filters, page information. Each is added where something names it. */
import { carrier } from './spec.ts';

const scalar = (name: string, description: string): string =>
  `"${description}" scalar ${name} @specifiedBy(url: "urn:portcullis:scalar:${name.toLowerCase()}")`;

const equality = (type: string): string => `
  "Equal to this value. For rows without a value use isNull." eq: ${type}
  "Different from this value; rows without a value count as different." ne: ${type}
  "Equal to one of these values." in: [${type}!]`;

const comparison = (type: string): string => `
  "Less than this value." lt: ${type}
  "Less than or equal to this value." lte: ${type}
  "Greater than this value." gt: ${type}
  "Greater than or equal to this value." gte: ${type}`;

const isNull = '\n  "True: only rows without a value. False: only rows with one." isNull: Boolean';

const filter = (type: string, ...operators: readonly string[]): string =>
  `"Conditions on ${type}; all that are given must hold." input ${type}Filter {${operators.join('')}${isNull}\n}`;

const ordered = (type: string): string => filter(type, equality(type), comparison(type));

const text = `
  "Starts with this text, case-sensitively." startsWith: String
  "Contains this text, case-sensitively." contains: String`;

/** Named definitions as SDL. `PageInfo` is defined by every subgraph, so it must be `@shareable`. */
export function sharedDefinitions(shareable: string): ReadonlyMap<string, string> {
  return new Map([
    ['Long', scalar('Long', 'A 64-bit integer; a string in JSON, exact.')],
    [
      'Decimal',
      scalar('Decimal', 'A decimal number of any precision; a string in plain notation in JSON, exact.'),
    ],
    ['DateTime', scalar('DateTime', 'An instant, RFC 3339, always in UTC with Z, to the microsecond.')],
    ['Date', scalar('Date', 'A calendar date, YYYY-MM-DD.')],
    ['IDFilter', filter('ID', equality('ID'))],
    ['StringFilter', filter('String', equality('String'), comparison('String'), text)],
    [
      'BooleanFilter',
      filter('Boolean', '\n  "Equal to this value. For rows without a value use isNull." eq: Boolean'),
    ],
    ...['Int', 'Long', 'Float', 'Decimal', 'DateTime', 'Date'].map(
      (type) => [`${type}Filter`, ordered(type)] as const,
    ),
    ['PageInfo', pageInfo(shareable)],
    ['SortDirection', sortDirection],
    ['TimeUnit', timeUnit],
  ]);
}

/** Enums are filtered by equality; their order in the database is alphabetical and means nothing. */
export function enumFilter(name: string): string {
  return filter(name, equality(name));
}

const pageInfo = (shareable: string): string => `
"Where a page lies in its list." type PageInfo ${carrier} ${shareable} {
  "Whether rows follow this page." hasNextPage: Boolean!
  "Whether rows precede this page: true on every page asked for with a cursor." hasPreviousPage: Boolean!
  "Cursor of the page's first row." startCursor: String
  "Cursor of the page's last row; pass it as \`after\` to get the next page." endCursor: String
}`;

const sortDirection = `
"The direction of an order." enum SortDirection {
  "Smallest first; rows without a value last." ASC
  "Largest first; rows without a value first." DESC
}`;

const timeUnit = `
"The length of a time bucket." enum TimeUnit {
  "A minute; needs a where that bounds the field from both sides." MINUTE
  "An hour; needs a where that bounds the field from both sides." HOUR
  "A calendar day." DAY
  "A week from Monday (ISO 8601)." WEEK
  "A calendar month." MONTH
  "A quarter from January, April, July or October." QUARTER
  "A calendar year." YEAR
}`;
