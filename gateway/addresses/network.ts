/** What counts as one place on the net, where somebody is counted who can change addresses. */
import ipaddr from 'ipaddr.js';
import { addressIn } from './caller-address.ts';

/** Groups of 16 bits. */
const ownPrefix = 4;

/** Whoever has an IPv6 address has at least the 2⁶⁴ beside it (RFC 6177 §2). */
export function networkOf(text: string | undefined): string {
  const address = text === undefined ? undefined : addressIn(text);
  // All of whom nobody knows where they are count as one.
  if (address === undefined) return '';
  if (address.family === 'ipv4') return address.text;
  return ipaddr.IPv6.parse(address.text)
    .parts.slice(0, ownPrefix)
    .map((group) => group.toString(16))
    .join(':');
}
