/** The four parameters of a GraphQL request and their types (GraphQL over HTTP §5.1). */
import { isUtf8 } from 'node:buffer';
import { ClientError } from '../errors.ts';
import { JsonError, parseJson } from '../json/parse-json.ts';

export interface Parameters {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly extensions: Readonly<Record<string, unknown>>;
}

type Names = keyof Parameters;
const names: readonly Names[] = ['query', 'operationName', 'variables', 'extensions'];

/** @throws ClientError 400 */
export function fromBody(body: Buffer, url: URLSearchParams): Parameters {
  const misplaced = names.find((name) => url.has(name));
  if (misplaced !== undefined) {
    // Otherwise a proxy or a log that reads the one would see another request than the one executed.
    throw badRequest(`With POST, ${misplaced} belongs in the body. Remove it from the URL.`);
  }
  const request = json(text(body), 'The body');
  if (Array.isArray(request)) {
    throw badRequest('Batches are not supported. Send each operation as a request of its own.');
  }
  if (!isObject(request)) throw badRequest('The body is not a JSON object. Send {"query": "…"}.');
  return fromMembers(request);
}

/** @throws ClientError 400 */
export function fromUrl(url: URLSearchParams): Parameters {
  const members: Record<string, unknown> = {};
  for (const name of names) {
    const [value, ...more] = url.getAll(name);
    if (more.length > 0) throw badRequest(`The URL has ${name} ${more.length + 1} times. Send it once.`);
    if (value === undefined) continue;
    members[name] =
      name === 'variables' || name === 'extensions' ? json(value, `The parameter ${name}`) : value;
  }
  return fromMembers(members);
}

function fromMembers(members: Readonly<Record<string, unknown>>): Parameters {
  const extensions = map(members, 'extensions');
  const query = own(members, 'query');
  if (query === undefined && Object.hasOwn(extensions, 'persistedQuery')) {
    // Apollo's clients know this very text, and send the document from then on.
    throw new ClientError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported', { status: 400 });
  }
  if (query === undefined)
    throw badRequest('The parameter query is missing. Send the GraphQL document in it.');
  if (typeof query !== 'string') throw badRequest(`The parameter query is ${kind(query)}. Send a string.`);
  const operationName = own(members, 'operationName') ?? undefined;
  if (operationName !== undefined && typeof operationName !== 'string') {
    throw badRequest(
      `The parameter operationName is ${kind(operationName)}. Send a string, null or nothing.`,
    );
  }
  return { query, operationName, variables: map(members, 'variables'), extensions };
}

function map(members: Readonly<Record<string, unknown>>, name: Names): Readonly<Record<string, unknown>> {
  const value = own(members, name) ?? {};
  if (!isObject(value))
    throw badRequest(`The parameter ${name} is ${kind(value)}. Send an object, null or nothing.`);
  return value;
}

function own(members: Readonly<Record<string, unknown>>, name: Names): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Checked: a replacement character would let two readers disagree about a text. */
function text(body: Buffer): string {
  if (!isUtf8(body)) throw badRequest('The body is not valid UTF-8.');
  const decoded = body.toString('utf8');
  // RFC 8259 §8.1: a byte order mark may be ignored.
  return decoded.startsWith('\ufeff') ? decoded.slice(1) : decoded;
}

function json(source: string, what: string): unknown {
  try {
    return parseJson(source);
  } catch (error) {
    if (error instanceof JsonError) throw badRequest(`${what} ${error.message}.`, error);
    throw error;
  }
}

/** The status is given although it is the code's own: these concern the HTTP request, in either media type. */
export function badRequest(message: string, cause?: unknown): ClientError {
  return new ClientError('BAD_USER_INPUT', message, { status: 400, cause });
}
