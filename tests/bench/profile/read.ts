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
  const causes = new Map<number, string>();
  const causeOf = (id: number): string => {
    const known = causes.get(id);
    if (known !== undefined) return known;
    const node = nodes.get(id);
    const parent = parents.get(id);
    const own = node === undefined ? '(root)' : placeOf(node);
    const above = isOurs(own) || parent === undefined ? own : causeOf(parent);
    const cause = isOurs(above) ? above : own;
    causes.set(id, cause);
    return cause;
  };
  let now = profile.startTime;
  profile.samples.forEach((id, at) => {
    const spent = profile.timeDeltas[at] ?? 0;
    now += spent;
    if (now < from || now > to) return;
    const node = nodes.get(id);
    if (node === undefined) return;
    part(placeOf(node)).self += spent;
    part(causeOf(id)).caused += spent;
  });
  return parts;
}

function isOurs(place: string): boolean {
  return /^(gateway|policies|schema|cli)\b/.test(place);
}

/** `gateway/parse`, `gateway (wiring)`, `undici`, `node:http`, `(garbage collector)`. */
function placeOf({ callFrame: { url, functionName } }: ProfileNode): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'V8 (JSON, RegExp, strings)';
  if (url.startsWith('node:'))
    return `node:${/^node:(?:internal\/)?_?([a-z0-9]+)/.exec(url)?.[1] ?? 'internal'}`;
  const [, module] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (module !== undefined) return module;
  const [, room, folder] = /\/dist\/([a-z]+)\/(?:([a-z]+)\/)?/.exec(url) ?? [];
  if (room === undefined) return url;
  return folder === undefined ? `${room} (wiring)` : `${room}/${folder}`;
}
