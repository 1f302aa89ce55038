/** From where a request comes: the address of the connection, or of whom a trusted proxy names. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { HttpRequest } from '../request.ts';

export interface Address {
  readonly text: string;
  readonly family: 'ipv4' | 'ipv6';
}

/**
 * As it was written, so that it costs nothing where nobody looks at it; undefined: nobody knows.
 * @param trustedHops proxies in front of the gateway, each of which adds to `X-Forwarded-For` whom it was called by
 */
export function callerAddress(
  { address, headers }: Pick<HttpRequest, 'headers' | 'address'>,
  trustedHops: number,
): string | undefined {
  return trustedHops === 0 ? address : forwarded(headers['x-forwarded-for'], trustedHops);
}

/**
 * The one before so many proxies, counted from the end: what comes before it, the caller may have written itself. A list that
 * is too short has not come through all of them: then nobody knows.
 */
function forwarded(header: string | string[] | undefined, trustedHops: number): string | undefined {
  const text = Array.isArray(header) ? header.join() : header;
  return text?.split(',').at(-trustedHops)?.trim();
}

/**
 * Some proxies add a port. A socket that listens to both families writes IPv4 as `::ffff:10.0.0.1`, others as `::ffff:a00:1`: it
 * is the same address (RFC 4291 §2.5.5.2).
 */
export function addressIn(text: string): Address | undefined {
  const bare = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
  const plain = bare.replace(/%.*$/, '');
  const version = isIP(plain);
  if (version === 0) return undefined;
  if (version === 4) return { text: plain, family: 'ipv4' };
  const address = ipaddr.IPv6.parse(plain);
  if (address.isIPv4MappedAddress()) return { text: address.toIPv4Address().toString(), family: 'ipv4' };
  return { text: plain, family: 'ipv6' };
}
