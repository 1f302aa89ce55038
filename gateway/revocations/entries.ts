/** The file that says who and what is shut out: read strictly, and whole or not at all. */
import { isCollection, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { isPlainText } from '../authenticate/plain-text.ts';
import { keyPath } from '../config/config-error.ts';
import { JsonError, parseJson } from '../json/parse-json.ts';

/** What an entry of each list has to say, and what it may say. */
export const lists = Object.freeze({
  tokens: { required: ['issuer', 'jti'], optional: ['reason', 'at'] },
  principals: { required: ['issuer', 'subject'], optional: ['before', 'reason', 'at'] },
  clients: { required: ['client'], optional: ['issuer', 'before', 'reason', 'at'] },
  issuers: { required: ['issuer'], optional: ['before', 'reason', 'at'] },
  products: { required: ['product'], optional: ['reason', 'at'] },
  keys: { required: ['issuer', 'at'], optional: ['reason'] },
} as const);

export type ListName = keyof typeof lists;

export const listNames = Object.freeze(Object.keys(lists) as ListName[]);

/** `before`, `at`: instants of RFC 3339. `reason` is for the operator, and shown to no caller. */
export type Entry<Name extends ListName> = {
  readonly [Member in (typeof lists)[Name]['required'][number]]: string;
} & { readonly [Member in (typeof lists)[Name]['optional'][number]]?: string };

export type Entries = { readonly [Name in ListName]: readonly Entry<Name>[] };

/** Its text says everything that is wrong with the file, and is for whoever wrote it. */
export class RevocationsFault extends Error {
  override readonly name = 'RevocationsFault';
}

/** Characters of the file. */
const longest = 1_048_576;
/** As YAML, which takes a hundred times as long to read as JSON: requests wait meanwhile. */
const longestYaml = 131_072;

/** An empty file is no empty list: it is what is left of one that was cut off, and would let everybody in again. */
const emptyList = 'A list with nothing in it is the line `tokens: []`';

/**
 * @param text YAML or JSON
 * @throws RevocationsFault
 */
export function readEntries(text: string): Entries {
  const value = valueIn(text);
  const faults: Fault[] = [];
  checkFile(value, (path, message) => faults.push({ path, message }));
  if (faults.length > 0) throw new RevocationsFault(withLines(text, faults));
  return {
    tokens: [],
    principals: [],
    clients: [],
    issuers: [],
    products: [],
    keys: [],
    ...(value as object),
  };
}

function valueIn(text: string): unknown {
  if (text.length > longest) throw new RevocationsFault(`it has more than ${longest} characters`);
  const json = jsonIn(text);
  if (json !== undefined) return json;
  if (text.length > longestYaml)
    throw new RevocationsFault(`it has more than ${longestYaml} characters, as YAML; write it as JSON`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const problems = [...document.errors, ...document.warnings];
  const told = problems.map(({ pos: [at], message }) => `line ${lines.linePos(at).line}: ${message}`);
  if (told.length > 0) throw new RevocationsFault(told.join('\n'));
  return document.toJS();
}

/** Undefined: it is none, and if it was meant to be, it is told what is wrong with it as YAML. */
function jsonIn(text: string): unknown {
  if (!text.startsWith('{')) return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

interface Fault {
  readonly path: Path;
  readonly message: string;
}

function withLines(text: string, faults: readonly Fault[]): string {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const told = faults.map(({ path, message }) => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    const range = isNode(node) && (isScalar(node) || isCollection(node)) ? node.range : undefined;
    const line = range ? `line ${lines.linePos(range[0]).line}: ` : '';
    return `${line}${keyPath(path) || 'the file'} ${message}`;
  });
  return told.join('\n');
}

type Path = readonly (string | number)[];
type Report = (path: Path, message: string) => void;

function checkFile(value: unknown, report: Report): void {
  const written = isObject(value) ? Object.entries(value) : [];
  if (written.length === 0) report([], `holds no lists. ${emptyList}.`);
  for (const [name, entries] of written) {
    if (!isListName(name)) report([name], `is no list. Take one of: ${listNames.join(', ')}.`);
    else if (!Array.isArray(entries)) report([name], 'is not a list of entries.');
    else for (const [index, entry] of entries.entries()) checkEntry(name, [name, index], entry, report);
  }
}

function checkEntry(list: ListName, path: Path, entry: unknown, report: Report): void {
  const required: readonly string[] = lists[list].required;
  const members = [...required, ...lists[list].optional];
  const written = isObject(entry) ? Object.entries(entry) : [];
  for (const member of required)
    if (!written.some(([name]) => name === member))
      report(path, `has no ${member}. Say who or what is meant.`);
  for (const [member, value] of written) {
    if (!members.includes(member))
      report([...path, member], `is nothing that can be said here. Take one of: ${members.join(', ')}.`);
    else if (!isPlainText(value))
      report([...path, member], 'is no text of 1 to 512 characters. Put it in quotes.');
    else if ((member === 'before' || member === 'at') && instantOf(value) === undefined)
      report([...path, member], 'is no instant. Write it like 2026-11-29T12:00:00Z.');
  }
}

/** Milliseconds since the epoch; undefined: it is no instant of RFC 3339, or leaves open in which zone it is. */
export function instantOf(text: string): number | undefined {
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/.test(text);
  const instant = isInstant ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

function isListName(name: string): name is ListName {
  return Object.hasOwn(lists, name);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
