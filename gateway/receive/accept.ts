/** Which of our two media types the client takes (RFC 9110 §12.5.1, GraphQL over HTTP §5.2.1). */
import type { ResponseMediaType } from '../request.ts';

interface Range {
  readonly type: string;
  readonly quality: number;
}

/** How closely a range names a type; 0: not at all. */
const specificity = { none: 0, any: 1, application: 2, exact: 3 };

/**
 * The media type to answer with, undefined if the client takes neither.
 * Whoever does not care gets `application/json`: the older type, whose readers may not know the newer one.
 */
export function negotiate(accept: string | undefined): ResponseMediaType | undefined {
  if (accept === undefined || accept.trim() === '') return 'application/json';
  const ranges = accept.split(',').flatMap(parseRange);
  const modern = match(ranges, 'application/graphql-response+json');
  const legacy = match(ranges, 'application/json');
  if (modern.quality === 0 && legacy.quality === 0) return undefined;
  if (modern.quality > legacy.quality) return 'application/graphql-response+json';
  if (modern.quality < legacy.quality) return 'application/json';
  return modern.specificity === specificity.exact ? 'application/graphql-response+json' : 'application/json';
}

/** No parameter makes a range ours but `charset=utf-8`; a range that cannot be read asks for nothing. */
function parseRange(text: string): readonly Range[] {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  let quality = 1;
  for (const parameter of parameters) {
    const weight = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(parameter)?.[1];
    if (weight !== undefined) quality = Number(weight);
    else if (!/^charset="?utf-8"?$/.test(parameter)) return [];
  }
  return [{ type, quality }];
}

/** The most specific range decides, so that `application/json;q=0, *\/*` refuses JSON. */
function match(ranges: readonly Range[], type: ResponseMediaType) {
  let best = { quality: 0, specificity: specificity.none };
  for (const range of ranges) {
    const found = specificityOf(range.type, type);
    if (found > best.specificity) best = { quality: range.quality, specificity: found };
  }
  return best;
}

function specificityOf(range: string, type: ResponseMediaType): number {
  if (range === type) return specificity.exact;
  if (range === 'application/*') return specificity.application;
  return range === '*/*' ? specificity.any : specificity.none;
}
