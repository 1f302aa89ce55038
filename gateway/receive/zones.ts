/** From which of the configured networks a request comes: by the address of the connection, or of whom a trusted proxy names. */
import { BlockList, isIP } from 'node:net';
import { LRUCache } from 'lru-cache';
import type { HttpRequest } from '../request.ts';

export interface ZoneOptions {
  /** Addresses and networks (CIDR) of each zone; no network is in two of them. */
  readonly zones: Readonly<Record<string, readonly string[]>>;
  /** Proxies in front of the gateway, each of which adds to `X-Forwarded-For` whom it was called by. */
  readonly trustedHops: number;
}

export type ZoneOf = (http: Pick<HttpRequest, 'headers' | 'address'>) => string;

/** What is in no zone, and what cannot be told. */
const nowhere = '';

export function createZones({ zones, trustedHops }: ZoneOptions): ZoneOf {
  const networks = Object.entries(zones).flatMap(([zone, texts]) =>
    texts.map((text) => networkOf(zone, text)),
  );
  // The closest network says where an address is, in whatever order they stand.
  networks.sort((one, other) => other.prefix - one.prefix);
  const known = new LRUCache<string, string>({ max: 2_000 });
  if (networks.length === 0) return () => nowhere;
  return (http) => {
    const text = trustedHops === 0 ? http.address : forwarded(http.headers['x-forwarded-for'], trustedHops);
    if (text === undefined) return nowhere;
    const zone = known.get(text) ?? find(networks, addressIn(text));
    if (text.length <= longest) known.set(text, zone);
    return zone;
  };
}

/** Characters of an address, with a port or the name of an interface. */
const longest = 80;

interface Network {
  readonly zone: string;
  /** Bits; an IPv4 address has those of the IPv6 address that stands for it. */
  readonly prefix: number;
  contains(address: Address): boolean;
}

interface Address {
  readonly text: string;
  readonly family: 'ipv4' | 'ipv6';
}

function networkOf(zone: string, text: string): Network {
  const [network = '', bits] = text.split('/');
  const family = isIP(network) === 4 ? 'ipv4' : 'ipv6';
  const most = family === 'ipv4' ? 32 : 128;
  const prefix = bits === undefined ? most : Number(bits);
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return {
    zone,
    prefix: prefix + 128 - most,
    contains: (address) => address.family === family && list.check(address.text, family),
  };
}

function find(networks: readonly Network[], address: Address | undefined): string {
  if (address === undefined) return nowhere;
  return networks.find((network) => network.contains(address))?.zone ?? nowhere;
}

/**
 * The one before so many proxies, counted from the end: what comes before it, the caller may have written itself. A list that
 * is too short has not come through all of them: then nobody knows.
 */
function forwarded(header: string | string[] | undefined, trustedHops: number): string | undefined {
  const text = Array.isArray(header) ? header.join() : header;
  return text?.split(',').at(-trustedHops)?.trim();
}

/** Some proxies add a port. A socket that listens to both families writes IPv4 as `::ffff:10.0.0.1`. */
function addressIn(text: string): Address | undefined {
  const bare = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
  const plain = bare.replace(/%.*$/, '');
  const mapped = /^::ffff:([\d.]+)$/i.exec(plain)?.[1] ?? plain;
  const version = isIP(mapped);
  if (version === 0) return undefined;
  return { text: mapped, family: version === 4 ? 'ipv4' : 'ipv6' };
}
