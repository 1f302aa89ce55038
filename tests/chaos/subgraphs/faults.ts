/** What can go wrong with a reply, and how often. */
import type { Random } from '../random.ts';

/** Of a thousand requests to a subgraph. */
const perThousand = {
  slow: 15,
  pieces: 10,
  extra: 10,
  reset: 8,
  'cut body': 8,
  'cut chunks': 8,
  'field error': 15,
  'only errors': 8,
  'status 500': 8,
  'status 503': 8,
  'no JSON': 8,
  'wrong shape': 15,
  hang: 1,
} as const;

export type Fault = keyof typeof perThousand;

/** They change nothing in the answer: it may be late, but is to be whole. */
const harmless: ReadonlySet<Fault> = new Set(['slow', 'pieces', 'extra']);

export function isHarmful(fault: Fault): boolean {
  return !harmless.has(fault);
}

export function drawFault(random: Random): Fault | undefined {
  let drawn = random.next() * 1_000;
  for (const [fault, share] of Object.entries(perThousand)) {
    drawn -= share;
    if (drawn < 0) return fault as Fault;
  }
  return undefined;
}

/** Members that nobody asked for, in every object. */
export function withExtras(json: string): string {
  return json.replaceAll('"id":', '"secret":"s","__proto__":{"x":1},"toString":null,"id":');
}

interface Place {
  readonly value: unknown;
  put(value: unknown): void;
}

/** One value is none of its type. Never one that could be true, and never one that only lacks. */
export function misshapen(json: string, random: Random): string {
  const reply: { data: unknown } = JSON.parse(json);
  const places: Place[] = [];
  collect({ value: reply.data, put: (value) => Object.assign(reply, { data: value }) }, places);
  const [first, ...others] = places;
  if (first === undefined) return json;
  const { value, put } = random.pick([first, ...others]);
  if (Array.isArray(value)) put(random.pick<unknown>([{}, 'list', 7]));
  else if (typeof value === 'object') put(random.pick<unknown>(['object', true, []]));
  else put(random.pick<unknown>([{ a: 1 }, [true]]));
  return JSON.stringify(reply);
}

function collect(place: Place, into: Place[]): void {
  const { value } = place;
  if (value === null) return;
  into.push(place);
  if (typeof value !== 'object' || value === undefined) return;
  for (const [key, below] of Object.entries(value)) {
    // What it calls its types is not for the client to see, unless it asks.
    if (key === '__typename') continue;
    collect({ value: below, put: (other) => void Reflect.set(value, key, other) }, into);
  }
}
