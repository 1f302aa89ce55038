/** The last stage: an answer, or a refusal, as HTTP (GraphQL over HTTP §6). */
import { ClientError, type InternalError } from '../errors.ts';
import type { HttpResponse, RequestContext, ResponseMediaType, ShapedRequest } from '../request.ts';
import { statusOf } from './status.ts';

/** §6.4.2: an answer with a `data` entry is a 200, also where errors have made it null. */
export function respond({ context, accept, data, encoding, errors }: ShapedRequest): HttpResponse {
  // GraphQL §7.1: errors come first, so that somebody who reads the answer sees them.
  const start = errors.length > 0 ? `{"errors":${JSON.stringify(errors)},"data":` : '{"data":';
  const body = encoding === 'utf8' ? `${start}${data}}` : bytes(start, data);
  return { status: 200, headers: headersOf(context, accept), body };
}

function bytes(start: string, data: string): Buffer {
  return Buffer.concat([Buffer.from(start, 'utf8'), Buffer.from(`${data}}`, 'latin1')]);
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
    body: JSON.stringify({ errors: shown.errors }),
  };
}

function fault({ id }: RequestContext): ClientError {
  const message = 'The gateway failed to answer. Give the request id to its operators.';
  return new ClientError('INTERNAL', message, {
    errors: [{ message, extensions: { code: 'INTERNAL', requestId: id } }],
  });
}

function headersOf({ id }: RequestContext, accept: ResponseMediaType): Readonly<Record<string, string>> {
  return {
    'content-type': `${accept}; charset=utf-8`,
    // An answer depends on who asks; nothing between the gateway and the client may keep it.
    'cache-control': 'no-store',
    vary: 'accept, authorization',
    'x-content-type-options': 'nosniff',
    'x-request-id': id,
  };
}
