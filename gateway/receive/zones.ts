/** From which of the configured networks a request comes. */
import { BlockList, isIP } from 'node:net';
import { LRUCache } from 'lru-cache';
import { type Address, addressIn } from '../addresses/caller-address.ts';

/** Addresses and networks (CIDR) of each zone; no network is in two of them. */
export type Zones = Readonly<Record<string, readonly string[]>>;

/** @param from as `callerAddress` tells it */
export type ZoneOf = (from: string | undefined) => string;

/** What is in no zone, and what cannot be told. */
const nowhere = '';

export function createZones(zones: Zones): ZoneOf {
  const networks = Object.entries(zones).flatMap(([zone, texts]) =>
    texts.map((text) => networkOf(zone, text)),
  );
  // The closest network says where an address is, in whatever order they stand.
  networks.sort((one, other) => other.prefix - one.prefix);
  const known = new LRUCache<string, string>({ max: 2_000 });
  if (networks.length === 0) return () => nowhere;
  return (text) => {
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
