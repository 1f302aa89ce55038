/** The last stage: an answer, or a refusal, as HTTP (GraphQL over HTTP §6). */
import { ClientError, type InternalError } from '../errors.ts';
import type {
  DeferredResult,
  HttpResponse,
  RequestContext,
  ResponseMediaType,
  ShapedRequest,
  StreamedResult,
  StreamFormat,
  StreamResponse,
} from '../request.ts';
import { type Framing, framings } from './framing.ts';
import { statusOf } from './status.ts';

/** §6.4.2: an answer with a `data` entry is a 200, also where errors have made it null. */
export function respond({ context, accept, data, errors, extensions }: ShapedRequest): HttpResponse {
  const isText = typeof data === 'string' || accept === 'text/event-stream';
  const body = isText
    ? bodyOf({ data, errors, extensions }, accept)
    : bytes(startOf(errors), data, endOf(extensions));
  return { status: 200, headers: headersOf(context, accept), body };
}

function bytes(start: string, data: Buffer, end: string): Buffer {
  const length = Buffer.byteLength(start);
  const body = Buffer.allocUnsafeSlow(length + data.length + Buffer.byteLength(end));
  body.write(start);
  data.copy(body, length);
  body.write(end, length + data.length);
  return body;
}

/** Results one after another: a 200 as soon as it is known that there will be any. */
export function respondStream(
  results: AsyncIterable<StreamedResult>,
  context: RequestContext,
  format: StreamFormat,
): Omit<StreamResponse, 'onGone'> {
  const framing = framings[format];
  const headers = {
    ...headersOf(context, framing.contentType),
    // Proxies that gather an answer before they pass it on are told not to.
    'x-accel-buffering': 'no',
  };
  const body = { ping: framing.ping, [Symbol.asyncIterator]: () => pieces(results, framing) };
  return { status: 200, headers, body };
}

async function* pieces(results: AsyncIterable<StreamedResult>, framing: Framing): AsyncGenerator<string> {
  if (framing.start !== '') yield framing.start;
  for await (const result of results) yield framing.result(jsonOf(result), isRefusal(result));
  if (framing.end !== '') yield framing.end;
}

/** A request that got no `data`: refused with a text that may be shown, or failed by a fault of ours. */
export function refuse(
  error: ClientError | InternalError,
  context: RequestContext,
  accept: ResponseMediaType,
): HttpResponse {
  const shown = error instanceof ClientError ? error : fault(context);
  return {
    status: statusOf(shown, accept),
    headers: { ...shown.headers, ...headersOf(context, accept) },
    body: bodyOf({ errors: shown.errors, extensions: shown.extensions }, accept),
  };
}

/** What a refusal or a fault says to the client, where the answer has begun already. */
export function lastResult(error: ClientError | InternalError, context: RequestContext): StreamedResult {
  return { errors: (error instanceof ClientError ? error : fault(context)).errors };
}

/** GraphQL over SSE: whoever takes nothing but an event stream gets one, refusals included. */
function bodyOf(result: StreamedResult, accept: ResponseMediaType): string {
  if (accept !== 'text/event-stream') return jsonOf(result);
  const { start, end, ...framing } = framings[accept];
  return start + framing.result(jsonOf(result), isRefusal(result)) + end;
}

function jsonOf({ data, errors, extensions, hasNext, incremental }: StreamedResult): string {
  if (incremental !== undefined)
    return `{"incremental":[${incremental.map(partOf).join()}],"hasNext":${hasNext}}`;
  if (data === undefined) return `{"errors":${JSON.stringify(errors)}${endOf(extensions)}`;
  return `${startOf(errors)}${data}${hasNext === undefined ? '' : `,"hasNext":${hasNext}`}${endOf(extensions)}`;
}

function partOf({ data, path, label, errors }: DeferredResult): string {
  const told = { path, ...(label !== undefined && { label }), ...(errors.length > 0 && { errors }) };
  return `{"data":${data},${JSON.stringify(told).slice(1)}`;
}

/** The last result of a stream that could not go on. */
function isRefusal({ data, incremental }: StreamedResult): boolean {
  return data === undefined && incremental === undefined;
}

/** GraphQL §7.1: errors come first, so that somebody who reads the answer sees them. */
function startOf(errors: ShapedRequest['errors']): string {
  return errors.length > 0 ? `{"errors":${JSON.stringify(errors)},"data":` : '{"data":';
}

function endOf(extensions: string | undefined): string {
  return extensions === undefined ? '}' : `,"extensions":${extensions}}`;
}

function fault({ id }: RequestContext): ClientError {
  const message = 'The gateway failed to answer. Give the request id to its operators.';
  return new ClientError('INTERNAL', message, {
    errors: [{ message, extensions: { code: 'INTERNAL', requestId: id } }],
  });
}

function headersOf({ id }: RequestContext, type: string): Readonly<Record<string, string>> {
  return {
    'content-type': type.includes(';') ? type : `${type}; charset=utf-8`,
    // An answer depends on who asks; nothing between the gateway and the client may keep it.
    'cache-control': 'no-store',
    vary: 'accept, authorization',
    'x-content-type-options': 'nosniff',
    'x-request-id': id,
  };
}
