/** What counts as one place on the net, where somebody is counted who can change addresses. */
import ipaddr from 'ipaddr.js';
import { addressIn } from './caller-address.ts';

/** Groups of 16 bits. */
const ownPrefix = 4;

/** NAT64 puts the IPv4 address behind it (RFC 6052 §2.1). */
const translated = ipaddr.IPv6.parse('64:ff9b::');
const translatedBits = 96;

/**
 * Whoever has an IPv6 address has at least the 2⁶⁴ beside it (RFC 6177 §2). Behind a translator it has one IPv4 address, and its
 * neighbours have others.
 */
export function networkOf(text: string | undefined): string {
  const address = text === undefined ? undefined : addressIn(text);
  // All of whom nobody knows where they are count as one.
  if (address === undefined) return '';
  if (address.family === 'ipv4') return address.text;
  const parsed = ipaddr.IPv6.parse(address.text);
  if (parsed.match(translated, translatedBits)) return ipv4Behind(parsed);
  return parsed.parts
    .slice(0, ownPrefix)
    .map((group) => group.toString(16))
    .join(':');
}

function ipv4Behind({ parts }: ipaddr.IPv6): string {
  return new ipaddr.IPv4(parts.slice(-2).flatMap((group) => [group >> 8, group & 0xff])).toString();
}
