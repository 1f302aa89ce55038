/**
 * Which pages of other sites may ask (docs/decisions/0008-cross-site-requests.md): those of origins that the configuration lists,
 * compared as a whole. Nothing is reflected, and no credential of a browser is ever meant: there is none.
 */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { GatewayConfig } from '../config.ts';
import { securityHeaders } from './headers.ts';

type Headers = Readonly<Record<string, string>>;

export interface Cors {
  /** For an answer to a page of this origin, if it is one that asks. */
  addTo(headers: Headers, origin: string | undefined): Headers;
  /** Answers a preflight of a listed origin (Fetch §4.8); anything else it leaves alone. */
  answerPreflight(
    request: { readonly method?: string | undefined; readonly headers: IncomingHttpHeaders },
    response: ServerResponse,
  ): boolean;
  lists(origin: string | undefined): boolean;
}

/** Beside those that a page may send anyway: all that the gateway reads of a request. */
const readHeaders = [
  'authorization',
  'content-type',
  'purpose',
  'break-glass',
  'if-none-match',
  'x-request-id',
  'traceparent',
  'graphql-require-preflight',
  'apollo-require-preflight',
  'x-apollo-operation-name',
].join(', ');

/** Beside those that a page may read anyway. */
const toldHeaders = 'x-request-id, retry-after, www-authenticate, etag';

export function createCors(config: GatewayConfig['cors']): Cors {
  const origins: ReadonlySet<string> = new Set(config?.origins);
  if (config === undefined || origins.size === 0)
    return { addTo: (headers) => headers, answerPreflight: () => false, lists: () => false };
  const byOrigin = new Map([...origins].map((origin) => [origin, allowing(origin)]));
  const preflight = Object.freeze({
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': readHeaders,
    'access-control-max-age': String(config.maxAgeSeconds),
  });
  const addTo = ({ vary, ...headers }: Headers, origin: string | undefined): Headers => ({
    ...headers,
    ...(origin !== undefined && byOrigin.get(origin)),
    // Also to others, and to who is no page: what is kept of an answer must not be shown to another origin.
    vary: vary === undefined ? 'origin' : `${vary}, origin`,
  });
  return {
    addTo,
    answerPreflight({ method, headers }, response) {
      const { origin, 'access-control-request-method': asked } = headers;
      if (method !== 'OPTIONS' || asked === undefined || origin === undefined || !origins.has(origin))
        return false;
      response.writeHead(204, { ...securityHeaders, ...addTo(preflight, origin) });
      response.end();
      return true;
    },
    lists: (origin) => origin !== undefined && origins.has(origin),
  };
}

function allowing(origin: string): Headers {
  return Object.freeze({
    'access-control-allow-origin': origin,
    'access-control-expose-headers': toldHeaders,
    'cross-origin-resource-policy': 'cross-origin',
  });
}
