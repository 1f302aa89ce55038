/** Reads a .cpuprofile of V8: which part of the gateway the processor was in. */
import { readFileSync } from 'node:fs';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Microseconds of the monotonic clock. */
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface Part {
  /** In its own code. */
  self: number;
  /** In what it calls as well, up to the next part of ours. */
  caused: number;
}

/** Microseconds in each part, between two moments of the monotonic clock. */
export function timeByPart(file: string, [from, to]: readonly [number, number]): ReadonlyMap<string, Part> {
  const profile: CpuProfile = JSON.parse(readFileSync(file, 'utf8'));
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  const parts = new Map<string, Part>();
  const part = (name: string) => {
    const known = parts.get(name) ?? { self: 0, caused: 0 };
    parts.set(name, known);
    return known;
  };
  const known = new Map<number, Place>([[0, outside]]);
  const placeOfNode = (id: number): Place => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const node = nodes.get(id);
    const above = placeOfNode(parents.get(id) ?? 0);
    // A built-in function works for whoever calls it.
    const own = (node && placeOf(node)) ?? above.own;
    const place = { own, cause: isOurs(own) || !isOurs(above.cause) ? own : above.cause };
    known.set(id, place);
    return place;
  };
  let now = profile.startTime;
  profile.samples.forEach((id, at) => {
    const spent = profile.timeDeltas[at] ?? 0;
    now += spent;
    if (now < from || now > to) return;
    const { own, cause } = placeOfNode(id);
    part(own).self += spent;
    part(cause).caused += spent;
  });
  return parts;
}

/** Where a function is, and the nearest part of ours that it works for. */
interface Place {
  readonly own: string;
  readonly cause: string;
}
const outside: Place = { own: '(root)', cause: '(root)' };

function isOurs(place: string): boolean {
  return /^(gateway|policies|schema|cli)\b/.test(place);
}

/** `gateway/parse`, `gateway (wiring)`, `undici`, `node:http`, `(garbage collector)`; undefined: a built-in function. */
function placeOf({ callFrame: { url, functionName } }: ProfileNode): string | undefined {
  if (url === '') return functionName.startsWith('(') ? functionName : undefined;
  if (url.startsWith('node:')) return nodePlace(url);
  // The HTTP parser of undici.
  if (url.startsWith('wasm:')) return 'undici';
  const [, module] =
    /(?:.*node_modules|\/dist\/gateway\/packages)\/((?:@[^/]+\/)?[^/]+?)(?:\.js)?(?:\/|$)/.exec(url) ?? [];
  if (module !== undefined) return module;
  const [, room, folder] = /\/dist\/([a-z]+)\/(?:([a-z]+)\/)?/.exec(url) ?? [];
  if (room === undefined) return url;
  return folder === undefined ? `${room} (wiring)` : `${room}/${folder}`;
}

function nodePlace(url: string): string {
  if (url.includes('http')) return 'node:http';
  return /stream|net|buffer/.test(url) ? 'node: sockets, streams, buffers' : 'node: timers, events, the rest';
}
