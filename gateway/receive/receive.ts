/** The first stage: from an HTTP request of anyone to a well-formed GraphQL request (GraphQL over HTTP §5). */
import { callerAddress } from '../addresses/caller-address.ts';
import { ClientError } from '../errors.ts';
import type { HttpRequest, ReceivedRequest, RequestContext } from '../request.ts';
import { type Accepted, acceptedBy, namesParts } from './accept.ts';
import { claimedBy } from './claimed.ts';
import { requireJson, requireUncompressed } from './content-type.ts';
import { refuseCrossSite } from './cross-site.ts';
import { createForward } from './forwarded.ts';
import { badRequest, fromBody, fromUrl, type Parameters } from './parameters.ts';
import { createZones, type Zones } from './zones.ts';

/** Where requests come from. */
export interface Places {
  readonly zones: Zones;
  /** Proxies in front of the gateway, each of which adds to `X-Forwarded-For` whom it was called by. */
  readonly trustedHops: number;
}

export interface ReceiveOptions extends Places {
  readonly bodyBytes: number;
  /** Headers that may be sent on; none unless told. */
  readonly forwarded?: readonly string[];
}

export type Receive = (http: HttpRequest, context: RequestContext) => ReceivedRequest;

/** @throws ClientError with a status of its own, which holds in either media type */
export function createReceive({ bodyBytes, forwarded = [], zones, trustedHops }: ReceiveOptions): Receive {
  const zoneOf = createZones(zones);
  const forward = createForward(forwarded);
  return (http, context) => {
    const method = requireMethod(http.method);
    const { single: accept, stream, deferred } = requireAccept(http);
    const parameters = method === 'POST' ? fromPost(http, bodyBytes) : fromGet(http);
    const from = callerAddress(http, trustedHops);
    const origin = { from, zone: zoneOf(from), forwarded: forward(http.headers) };
    const head = { context, method, accept, stream, deferred, ...origin };
    return { ...head, ...callerOf(http, parameters), ...parameters };
  };
}

/** For the schema as a text: a GET like any other, without a document. */
export function createReceiveSchema({ zones, trustedHops }: Places): Receive {
  const zoneOf = createZones(zones);
  return (http, context) => {
    if (http.method !== 'GET') {
      throw new ClientError('BAD_USER_INPUT', 'The schema can be read only. Use GET.', {
        status: 405,
        headers: { allow: 'GET' },
      });
    }
    refuseCrossSite(http.headers);
    const parameters = { query: '', operationName: undefined, variables: {}, extensions: {} };
    const accept = acceptedBy(http)?.single ?? 'application/json';
    const from = callerAddress(http, trustedHops);
    const head = { context, method: 'GET', accept, from, zone: zoneOf(from) } as const;
    return { ...head, ...callerOf(http, parameters), ...parameters };
  };
}

/** What the request says of its caller; nothing of it is believed here. */
function callerOf({ headers, certificate }: HttpRequest, { extensions }: Parameters) {
  const { authorization } = headers;
  return { authorization, certificate, ...claimedBy(headers, extensions) };
}

function requireMethod(method: string): 'GET' | 'POST' {
  if (method === 'GET' || method === 'POST') return method;
  throw new ClientError('BAD_USER_INPUT', 'The method is not supported. Use POST, or GET for a query.', {
    status: 405,
    headers: { allow: 'GET, POST' },
  });
}

function requireAccept(http: HttpRequest): Accepted {
  const accepted = acceptedBy(http);
  if (accepted !== undefined) return accepted;
  throw new ClientError(
    'BAD_USER_INPUT',
    namesParts(http.headers.accept)
      ? needsWholeType
      : 'None of the media types in the accept header can be served. Accept application/graphql-response+json.',
    { status: 406 },
  );
}

/** Not every answer has parts: a refusal has none, nor has an operation that defers nothing. */
const needsWholeType =
  'The accept header names a type for an answer in parts, and none for an answer as a whole. Accept both, such as "multipart/mixed;deferSpec=20220824, application/json".';

function fromPost({ headers, url, body }: HttpRequest, bodyBytes: number): Parameters {
  requireJson(headers['content-type']);
  requireUncompressed(headers['content-encoding']);
  if (body.length > bodyBytes) throw bodyTooLarge(bodyBytes);
  return fromBody(body, search(url));
}

function fromGet({ headers, url }: HttpRequest): Parameters {
  // A GET has no body; a type that only says so may still steer a parser (GHSA-9q82-xgwf-vj6h).
  if (headers['content-type'] !== undefined) requireJson(headers['content-type']);
  refuseCrossSite(headers);
  return fromUrl(search(url));
}

/** Exported for the HTTP layer, which has to stop reading before there is a whole body. */
export function bodyTooLarge(bodyBytes: number): ClientError {
  return new ClientError(
    'BAD_USER_INPUT',
    `The body is larger than ${bodyBytes} bytes. Send a smaller request.`,
    {
      status: 413,
    },
  );
}

/** Nobody writes to it. */
const noParameters = new URLSearchParams();

function search(url: string): URLSearchParams {
  const start = url.indexOf('?');
  if (start === -1) return noParameters;
  const query = url.slice(start + 1);
  try {
    // URLSearchParams replaces what is not UTF-8 instead of refusing it.
    decodeURIComponent(query.replaceAll('+', ' '));
  } catch (cause) {
    throw badRequest('The query string of the URL is not valid percent-encoded UTF-8.', cause);
  }
  return new URLSearchParams(query);
}
