/** A request's headers with all that was sent of those that are to be there once, so that two can be seen, and refused. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

type Sent = Pick<IncomingMessage, 'headers' | 'rawHeaders'>;

/**
 * Node drops all but the first of several `authorization` headers, and joins or drops others by their names.
 * @param once further headers that are to be there once: of several, all values
 */
export function headersOf(sent: Sent, once: readonly string[]): IncomingHttpHeaders {
  const { headers } = sent;
  const authorizations = headers.authorization === undefined ? [] : valuesOf('authorization', sent);
  const repeated = once.flatMap((name) => {
    const values = headers[name] === undefined ? [] : valuesOf(name, sent);
    return values.length > 1 ? [[name, values] as const] : [];
  });
  if (authorizations.length < 2 && repeated.length === 0) return headers;
  return {
    ...headers,
    ...(authorizations.length > 1 && { authorization: authorizations.join(', ') }),
    ...Object.fromEntries(repeated),
  } as IncomingHttpHeaders;
}

function valuesOf(name: string, { rawHeaders }: Sent): readonly string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && isCalled(name, rawHeaders[at - 1]));
}

function isCalled(name: string, sent: string | undefined): boolean {
  return sent !== undefined && sent.length === name.length && sent.toLowerCase() === name;
}
