/** What a client is told of a subgraph's trouble: a code of the closed list, and a text of the subgraph's only where it is meant for clients. */
import type { GraphQLFormattedError } from 'graphql';
import type { ErrorCode } from '../errors.ts';
import type { SubgraphReply } from './subgraph-client.ts';

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

export function subgraphError(
  service: string,
  code: SubgraphErrorCode,
  path: readonly (string | number)[],
): GraphQLFormattedError {
  const retryable = code !== 'SUBGRAPH_ERROR';
  return { message: texts[code], path, extensions: { code, service, retryable } };
}

/** An error of a subgraph's answer as it may go on; never its extensions, which can hold a stack or SQL. */
export function translateError(service: string, error: unknown): GraphQLFormattedError {
  const code = codeOf(error);
  const path = pathOf(error);
  if (code === undefined) return subgraphError(service, 'SUBGRAPH_ERROR', path);
  const message = property(error, 'message');
  if (forClients.has(code) && typeof message === 'string') {
    return { message, path, extensions: { code, service, retryable: false } };
  }
  return subgraphError(service, translated.get(code) ?? 'SUBGRAPH_ERROR', path);
}

/** The code for a subgraph that gave no answer at all. */
export function codeOfFailure({ outcome, status }: SubgraphReply): SubgraphErrorCode {
  if (outcome === 'timeout' || status === 504) return 'SUBGRAPH_TIMEOUT';
  if (outcome === 'unavailable' || status === 502 || status === 503) return 'SUBGRAPH_UNAVAILABLE';
  return 'SUBGRAPH_ERROR';
}

function codeOf(error: unknown): string | undefined {
  const code = property(property(error, 'extensions'), 'code');
  return typeof code === 'string' ? code : undefined;
}

function pathOf(error: unknown): readonly (string | number)[] {
  const path = property(error, 'path');
  if (!Array.isArray(path)) return [];
  return path.every((step) => typeof step === 'string' || typeof step === 'number') ? path : [];
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}
