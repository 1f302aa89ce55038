/** Reads `supergraph.yaml`: which subgraphs there are, who owns them, where their SDL and their server are. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { type Enforceable, type EventsAddress, enforceable } from '../supergraph/supergraph.ts';
import { type Place, type Problem, SourceError } from './problem.ts';
import { expandVariables } from './variables.ts';

/** One entry of `subgraphs:`, with its variables filled in and its path absolute. */
export interface SubgraphEntry {
  readonly name: string;
  readonly owner: string;
  readonly schemaFile: string;
  readonly url: string;
  /** Where and how it publishes events, if not over SSE at `url`. */
  readonly events?: EventsAddress | undefined;
  /** What it carries out of a decision; what it is not said to do, nobody relies on. */
  readonly enforces: readonly Enforceable[];
  /** Where the entry stands, for problems that no SDL line explains. */
  readonly place: Place;
}

interface Reading {
  readonly file: string;
  readonly lines: LineCounter;
  readonly environment: NodeJS.ProcessEnv;
  readonly problems: Problem[];
}

const entryKeys = ['owner', 'schema', 'url'] as const;
const optionalKeys = ['subscriptions', 'subscriptionsUrl'] as const;
const listKey = 'enforces';

/** Throws a {@link SourceError} that names every mistake at once. */
export async function readSource(
  file: string,
  environment: NodeJS.ProcessEnv,
): Promise<readonly SubgraphEntry[]> {
  const reading: Reading = { file, lines: new LineCounter(), environment, problems: [] };
  const entries = readSubgraphs(reading, await readText(file));
  if (reading.problems.length > 0) throw new SourceError(reading.problems);
  return entries;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new SourceError([unreadable({ file, line: 1, column: 1 }, file, cause)]);
  }
}

/** A file that is named but cannot be read, reported at the place that names it. */
export function unreadable(place: Place, file: string, cause: unknown): Problem {
  const reason = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : cause;
  return {
    severity: 'error',
    code: 'SOURCE_FILE',
    message: `cannot read ${file} (${reason})`,
    places: [place],
    advice: 'correct the path, which is relative to the file that names it, or create the file',
  };
}

function readSubgraphs(reading: Reading, text: string): SubgraphEntry[] {
  const document = parseDocument(text, { lineCounter: reading.lines });
  for (const error of document.errors) {
    report(reading, error.pos[0], error.message.split('\n')[0] ?? error.message, 'correct the YAML');
  }
  if (document.errors.length > 0) return [];
  const { contents } = document;
  if (isMap(contents) && contents.has('supergraph') && !contents.has('subgraphs')) {
    report(
      reading,
      0,
      'this is the configuration of a gateway, and lists no subgraphs',
      `give the file that it names: ${String(contents.get('supergraph'))}`,
    );
    return [];
  }
  const subgraphs = new Map<string, YAMLMap>();
  for (const pair of pairs(reading, contents, ['subgraphs'], 'the file')) {
    for (const entry of pairs(reading, pair.value, undefined, '`subgraphs`')) {
      const name = keyOf(entry);
      if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) {
        report(
          reading,
          offsetOf(entry),
          `"${name}" cannot name a subgraph`,
          'use letters, digits, "-" and "_"',
        );
      } else if (isMap(entry.value)) subgraphs.set(name, entry.value);
      else
        report(
          reading,
          offsetOf(entry),
          `subgraph "${name}" has no settings`,
          'give it owner, schema and url',
        );
    }
  }
  if (subgraphs.size === 0 && reading.problems.length === 0) {
    report(reading, 0, 'no subgraph is listed', 'list at least one under `subgraphs:`');
  }
  return [...subgraphs].flatMap(([name, map]) => readEntry(reading, name, map) ?? []);
}

function readEntry(reading: Reading, name: string, map: YAMLMap): SubgraphEntry | undefined {
  const values = new Map<string, string>();
  let enforces: readonly Enforceable[] = [];
  for (const pair of pairs(reading, map, [...entryKeys, ...optionalKeys, listKey], `subgraph "${name}"`)) {
    if (keyOf(pair) === listKey) {
      enforces = readEnforces(reading, pair, name);
      continue;
    }
    const value = readString(reading, pair, `${name}.${keyOf(pair)}`);
    if (value !== undefined) values.set(keyOf(pair), value);
  }
  for (const key of entryKeys) {
    if (map.has(key)) continue;
    report(reading, map.range?.[0] ?? 0, `subgraph "${name}" lacks \`${key}\``, `add \`${key}\` to it`);
  }
  const [owner, schema, url] = entryKeys.map((key) => values.get(key));
  if (owner === undefined || schema === undefined || url === undefined) return undefined;
  const offset = map.range?.[0] ?? 0;
  if (!isAddress(url, /^https?:$/)) {
    report(reading, offset, `"${url}" is no address for "${name}"`, 'give an http:// or https:// URL');
    return undefined;
  }
  const events = readEvents(reading, { name, offset, values, url });
  const place = { ...placeAt(reading, offset), subgraph: name, owner };
  return { name, owner, schemaFile: resolve(dirname(reading.file), schema), url, events, enforces, place };
}

interface ReadingEvents {
  readonly name: string;
  readonly offset: number;
  readonly values: ReadonlyMap<string, string>;
  readonly url: string;
}

/** `subscriptions: sse | ws`, and `subscriptionsUrl` where they do not go to `url`. */
function readEvents(
  reading: Reading,
  { name, offset, values, url: fallback }: ReadingEvents,
): EventsAddress | undefined {
  const [protocol = 'sse', given] = optionalKeys.map((key) => values.get(key));
  if (protocol !== 'sse' && protocol !== 'ws') {
    report(reading, offset, `${name}.subscriptions is "${protocol}"`, 'write sse or ws');
    return undefined;
  }
  const url = given ?? (protocol === 'ws' ? fallback.replace(/^http/, 'ws') : fallback);
  if (!isAddress(url, protocol === 'ws' ? /^wss?:$/ : /^https?:$/)) {
    const schemes = protocol === 'ws' ? 'a ws:// or wss:// URL' : 'an http:// or https:// URL';
    report(reading, offset, `"${url}" is no address for "${name}" to publish at`, `give ${schemes}`);
    return undefined;
  }
  return { protocol, url };
}

/** `enforces: [rows, groups, columns]`: a slip of the pen must not look like a wall that stands. */
function readEnforces(reading: Reading, pair: Pair, name: string): readonly Enforceable[] {
  const items: readonly unknown[] = isSeq(pair.value) ? pair.value.items : [pair.value];
  const given = items.map((item) => (isScalar(item) ? item.value : item));
  const known = enforceable.filter((each) => given.includes(each));
  if (isSeq(pair.value) && known.length === given.length) return known;
  const unknown = given.find((each) => !enforceable.some((one) => one === each));
  const message =
    isSeq(pair.value) && unknown === undefined
      ? `${name}.enforces names something twice`
      : `${name}.enforces is no list of what a subgraph can enforce`;
  report(reading, offsetOf(pair), message, `write a list of ${enforceable.join(', ')}`);
  return [];
}

function isAddress(url: string, schemes: RegExp): boolean {
  return schemes.test(URL.canParse(url) ? new URL(url).protocol : '');
}

function readString(reading: Reading, pair: Pair, path: string): string | undefined {
  if (!isScalar(pair.value) || typeof pair.value.value !== 'string' || pair.value.value === '') {
    report(reading, offsetOf(pair), `${path} is not a text`, 'write a non-empty text');
    return undefined;
  }
  const expanded = expandVariables(pair.value.value, reading.environment);
  if ('value' in expanded) return expanded.value;
  const { missing } = expanded;
  const advice = `set ${missing} in the environment, or write \${${missing}:-default}`;
  report(reading, offsetOf(pair), `${path} needs the variable ${missing}, which is not set`, advice);
  return undefined;
}

/** The entries of a mapping; a key that is not among `allowed` is a mistake, never ignored. */
function pairs(
  reading: Reading,
  node: unknown,
  allowed: readonly string[] | undefined,
  where: string,
): Pair[] {
  if (!isMap(node)) {
    report(reading, 0, `${where} is not a mapping`, 'write `key: value` lines');
    return [];
  }
  return node.items.filter((pair) => {
    if (allowed?.includes(keyOf(pair)) ?? true) return true;
    report(
      reading,
      offsetOf(pair),
      `unknown key \`${keyOf(pair)}\` in ${where}`,
      `use only ${allowed?.join(', ')}`,
    );
    return false;
  });
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

function offsetOf(pair: Pair): number {
  return isScalar(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
}

function placeAt(reading: Reading, offset: number): Place {
  const { line, col } = reading.lines.linePos(offset);
  return { file: reading.file, line: Math.max(line, 1), column: Math.max(col, 1) };
}

function report(reading: Reading, offset: number, message: string, advice: string): void {
  reading.problems.push({
    severity: 'error',
    code: 'SOURCE_YAML',
    message,
    places: [placeAt(reading, offset)],
    advice,
  });
}
