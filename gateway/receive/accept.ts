/** Which of our media types the client takes (RFC 9110 §12.5.1, GraphQL over HTTP §5.2.1). */
import { LRUCache } from 'lru-cache';
import type { HttpRequest, ResponseMediaType, StreamFormat } from '../request.ts';

/** What an answer can be sent as. */
export interface Accepted {
  readonly single: ResponseMediaType;
  /** Undefined: none of the forms in which results can follow each other. */
  readonly stream: StreamFormat | undefined;
  /** The same for the parts of one answer. */
  readonly deferred: StreamFormat | undefined;
}

/** Undefined if the client takes nothing that there is. A message on a WebSocket has no header to say so. */
export function acceptedBy({ headers, transport }: HttpRequest): Accepted | undefined {
  if (transport === 'websocket')
    return { single: 'application/graphql-response+json', stream: 'messages', deferred: 'messages' };
  return negotiate(headers.accept);
}

/** Whether it names the type of an answer in parts, for saying what it lacks. */
export function namesParts(accept = ''): boolean {
  return accept.split(',').some((range) => parseRange(range).type === 'multipart/mixed');
}

/** Programs send the same header each time. */
const known = new LRUCache<string, { readonly accepted: Accepted | undefined }>({ max: 200 });

/** Characters of a header that is kept. */
const longest = 500;

export function negotiate(accept = ''): Accepted | undefined {
  const found = known.get(accept);
  if (found !== undefined) return found.accepted;
  const accepted = negotiateAnew(accept);
  if (accept.length <= longest) known.set(accept, { accepted });
  return accepted;
}

function negotiateAnew(accept: string): Accepted | undefined {
  const ranges = accept.trim() === '' ? anything : accept.split(',').map(parseRange);
  const single = negotiateSingle(ranges);
  return single && { single, stream: negotiateStream(ranges), deferred: negotiateDeferred(ranges) };
}

/**
 * Whoever does not care gets `application/json`: the older type, whose readers may not know the newer one. A result that is
 * alone is an event stream only for whoever takes no JSON.
 */
function negotiateSingle(ranges: readonly Range[]): ResponseMediaType | undefined {
  const modern = match(ranges, 'application/graphql-response+json');
  const legacy = match(ranges, 'application/json');
  if (modern.quality === 0 && legacy.quality === 0) {
    return match(ranges, 'text/event-stream').quality > 0 ? 'text/event-stream' : undefined;
  }
  if (modern.quality > legacy.quality) return 'application/graphql-response+json';
  if (modern.quality < legacy.quality) return 'application/json';
  return modern.specificity === specificity.exact ? 'application/graphql-response+json' : 'application/json';
}

/** Apollo's own protocol only for whoever names it; at equal quality it is what that client prefers. */
function negotiateStream(ranges: readonly Range[]): StreamFormat | undefined {
  const events = match(ranges, 'text/event-stream').quality;
  const parts = match(ranges, 'multipart/mixed', 'subscriptionspec=1.0').quality;
  if (events === 0 && parts === 0) return undefined;
  return parts >= events ? 'multipart/mixed;subscriptionSpec=1.0' : 'text/event-stream';
}

/** Whoever takes anything may still not know what to do with parts. */
function asked({ quality, specificity: closeness }: ReturnType<typeof match>): number {
  return closeness > specificity.any ? quality : 0;
}

/** Apollo's clients name the form; urql takes any multipart, and reads this one. */
function negotiateDeferred(ranges: readonly Range[]): StreamFormat | undefined {
  const named = asked(match(ranges, 'multipart/mixed', 'deferspec=20220824'));
  const parts = Math.max(named, asked(match(ranges, 'multipart/mixed')));
  const events = asked(match(ranges, 'text/event-stream'));
  if (events === 0 && parts === 0) return undefined;
  return parts >= events ? 'multipart/mixed;deferSpec=20220824' : 'text/event-stream';
}

interface Range {
  readonly type: string;
  readonly quality: number;
  /** Others than `q`, and than those that change nothing. */
  readonly parameters: readonly string[];
}

const anything: readonly Range[] = [{ type: '*/*', quality: 1, parameters: [] }];

function parseRange(text: string): Range {
  const [type = '', ...given] = text.split(';').map((part) => part.trim().toLowerCase());
  const parameters: string[] = [];
  let quality = 1;
  for (const parameter of given) {
    const weight = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(parameter)?.[1];
    if (weight !== undefined) quality = Number(weight);
    else if (!changesNothing.test(parameter)) parameters.push(parameter.replaceAll('"', ''));
  }
  return { type, quality, parameters };
}

/** The charset is always this one; a multipart's boundary is ours to choose. */
const changesNothing = /^(?:charset="?utf-8"?|boundary=.*)$/;

/** How closely a range names a type; 0: not at all. */
const specificity = { none: 0, any: 1, family: 2, exact: 3 };

/**
 * The most specific range decides, so that `application/json;q=0, *\/*` refuses JSON. A range asks for exactly its parameters:
 * one with a parameter that we do not know, or cannot read, asks for nothing.
 */
function match(ranges: readonly Range[], type: string, parameter?: string) {
  let best = { quality: 0, specificity: specificity.none };
  for (const { type: range, quality, parameters } of ranges) {
    if (parameters.join() !== (parameter ?? '')) continue;
    const found = specificityOf(range, type);
    if (found > best.specificity) best = { quality, specificity: found };
  }
  return best;
}

function specificityOf(range: string, type: string): number {
  if (range === type) return specificity.exact;
  if (range === `${type.slice(0, type.indexOf('/'))}/*`) return specificity.family;
  return range === '*/*' ? specificity.any : specificity.none;
}
