/** What a client is told of a subgraph's trouble: a code of the closed list, and a text of the subgraph's only where it is meant for clients. */
import type { ErrorCode, ResponseError } from '../errors.ts';
import type { SubgraphReply } from './client/call.ts';
import type { ResponsePath } from './targets.ts';

export type SubgraphErrorCode = Extract<
  ErrorCode,
  'SUBGRAPH_UNAVAILABLE' | 'SUBGRAPH_TIMEOUT' | 'SUBGRAPH_ERROR'
>;

/** Codes by which a subgraph speaks to the client itself; all its other errors are its own affair. */
const forClients: ReadonlyMap<string, ErrorCode> = new Map(
  (['BAD_USER_INPUT', 'NOT_FOUND', 'COST_LIMIT'] as const).map((code) => [code, code]),
);

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
export const mostErrors = 100;

/** Longer than any place in an answer: operations are not that deep. */
const longestPath = 100;

/** Characters of a subgraph's text. */
const longestMessage = 300;

/** Without a path: where it belongs in the answer is not known. */
export function subgraphError(
  service: string,
  code: SubgraphErrorCode,
  path: ResponsePath | undefined,
): ResponseError {
  const retryable = code !== 'SUBGRAPH_ERROR';
  return { message: texts[code], ...(path && { path }), extensions: { code, service, retryable } };
}

/** A field's value depends on what is around it, and that differs more often than a subgraph may be asked. */
export function tooManyContexts(service: string, path: ResponsePath): ResponseError {
  const message =
    'What this field is given of the objects around it differs too often to be asked for. Select fewer objects at once.';
  return { message, path, extensions: { code: 'COST_LIMIT', service, retryable: false } };
}

/** Where in the answer a place of a reply is: at each position of an entity that was asked for once. */
export type Locate = (path: ResponsePath) => readonly ResponsePath[];

/** The errors of a subgraph's reply as they may go on; never their extensions, which can hold a stack or SQL. */
export function translateErrors(
  errors: readonly unknown[],
  service: string,
  locate: Locate,
): readonly ResponseError[] {
  const translated = errors.slice(0, mostErrors).flatMap((error) => {
    const { path, ...rest } = translateError(error, service);
    const places = path === undefined ? [] : locate(path);
    return places.length === 0 ? [rest] : places.map((place) => ({ ...rest, path: place }));
  });
  return translated.slice(0, mostErrors);
}

function translateError(error: unknown, service: string): ResponseError {
  const code = codeOf(error);
  const path = pathOf(error);
  if (code === undefined) return subgraphError(service, 'SUBGRAPH_ERROR', path);
  const message = property(error, 'message');
  const own = forClients.get(code);
  if (own !== undefined && typeof message === 'string') {
    return {
      message: plain(message),
      ...(path && { path }),
      extensions: { code: own, service, retryable: false },
    };
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
export function codeOfFailure({
  outcome,
  status,
}: Pick<SubgraphReply, 'outcome' | 'status'>): SubgraphErrorCode {
  if (outcome === 'timeout' || status === 504) return 'SUBGRAPH_TIMEOUT';
  if (outcome === 'unavailable' || outcome === 'refused' || status === 502 || status === 503)
    return 'SUBGRAPH_UNAVAILABLE';
  return 'SUBGRAPH_ERROR';
}

/** Whether it is about what the client asked, and the subgraph is in order. */
export function isForClients(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && forClients.has(code);
}

export function codeOf(error: unknown): string | undefined {
  const code = property(property(error, 'extensions'), 'code');
  return typeof code === 'string' ? code : undefined;
}

function pathOf(error: unknown): ResponsePath | undefined {
  const path = property(error, 'path');
  if (!Array.isArray(path) || path.length > longestPath || !path.every(isStep)) return undefined;
  return path;
}

function isStep(step: unknown): step is string | number {
  return typeof step === 'string' || (Number.isSafeInteger(step) && Number(step) >= 0);
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}
