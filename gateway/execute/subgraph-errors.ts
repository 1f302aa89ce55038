/** What a client is told of a subgraph's trouble: a code of the closed list, and a text of the subgraph's only where it is meant for clients. */
import type { GraphQLFormattedError } from 'graphql';
import type { ErrorCode } from '../errors.ts';
import type { SubgraphReply } from './client/call.ts';

export type SubgraphErrorCode = Extract<
  ErrorCode,
  'SUBGRAPH_UNAVAILABLE' | 'SUBGRAPH_TIMEOUT' | 'SUBGRAPH_ERROR'
>;

/** Codes by which a subgraph speaks to the client itself; all its other errors are its own affair. */
const forClients: ReadonlySet<string> = new Set<ErrorCode>(['BAD_USER_INPUT', 'NOT_FOUND', 'COST_LIMIT']);

/** A subgraph's codes that mean one of ours. */
const translated: ReadonlyMap<string, SubgraphErrorCode> = new Map<ErrorCode, SubgraphErrorCode>([
  ['REQUEST_TIMEOUT', 'SUBGRAPH_TIMEOUT'],
  ['SUBGRAPH_UNAVAILABLE', 'SUBGRAPH_UNAVAILABLE'],
]);

const texts: Readonly<Record<SubgraphErrorCode, string>> = {
  SUBGRAPH_UNAVAILABLE: 'The subgraph that serves this field is not available.',
  SUBGRAPH_TIMEOUT: 'The subgraph that serves this field did not answer in time.',
  SUBGRAPH_ERROR: 'The subgraph that serves this field failed.',
};

/** Of one answer; a subgraph that has more to say has said enough. */
const mostErrors = 100;

/** Longer than any place in an answer: operations are not that deep. */
const longestPath = 100;

/** Characters of a subgraph's text. */
const longestMessage = 300;

type Path = readonly (string | number)[];

export function subgraphError(service: string, code: SubgraphErrorCode, path: Path): GraphQLFormattedError {
  const retryable = code !== 'SUBGRAPH_ERROR';
  return { message: texts[code], path, extensions: { code, service, retryable } };
}

/** The fetch that an answer belongs to. */
export interface Asked {
  readonly subgraph: string;
  /** What the fetch adds to the answer. */
  readonly names: readonly string[];
}

/** The errors of a subgraph's answer as they may go on; never their extensions, which can hold a stack or SQL. */
export function translateErrors(errors: readonly unknown[], asked: Asked): readonly GraphQLFormattedError[] {
  return errors.slice(0, mostErrors).map((error) => translateError(error, asked));
}

function translateError(error: unknown, { subgraph: service, names }: Asked): GraphQLFormattedError {
  const code = codeOf(error);
  const path = pathOf(error, names);
  if (code === undefined) return subgraphError(service, 'SUBGRAPH_ERROR', path);
  const message = property(error, 'message');
  if (forClients.has(code) && typeof message === 'string') {
    return { message: plain(message), path, extensions: { code, service, retryable: false } };
  }
  return subgraphError(service, translated.get(code) ?? 'SUBGRAPH_ERROR', path);
}

/** One line without control characters, bidirectional ones included: it is read in terminals and logs. */
function plain(message: string): string {
  const start = message.slice(0, 3 * longestMessage).replace(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ');
  const characters = [...start];
  return characters.length > longestMessage ? `${characters.slice(0, longestMessage - 1).join('')}…` : start;
}

/** The code for a subgraph that gave no answer at all. */
export function codeOfFailure({ outcome, status }: SubgraphReply): SubgraphErrorCode {
  if (outcome === 'timeout' || status === 504) return 'SUBGRAPH_TIMEOUT';
  if (outcome === 'unavailable' || outcome === 'refused') return 'SUBGRAPH_UNAVAILABLE';
  if (status === 502 || status === 503) return 'SUBGRAPH_UNAVAILABLE';
  return 'SUBGRAPH_ERROR';
}

function codeOf(error: unknown): string | undefined {
  const code = property(property(error, 'extensions'), 'code');
  return typeof code === 'string' ? code : undefined;
}

/** No path at all, rather than one to a place that the fetch has nothing to do with. */
function pathOf(error: unknown, names: readonly string[]): Path {
  const path = property(error, 'path');
  if (!Array.isArray(path) || path.length > longestPath || !path.every(isStep)) return [];
  // Federation specification, `_entities`: an index of the list stands between it and the entity's own fields.
  const first = path[0] === '_entities' ? path[2] : path[0];
  if (first === undefined) return path;
  return typeof first === 'string' && names.includes(first) ? path : [];
}

function isStep(step: unknown): step is string | number {
  return typeof step === 'string' || (Number.isSafeInteger(step) && Number(step) >= 0);
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}
