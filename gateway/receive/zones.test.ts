/** Where a request comes from, and who has a say in it. */
import { describe, expect, test } from '@jest/globals';
import { callerAddress } from '../addresses/caller-address.ts';
import { createZones, type Zones } from './zones.ts';

const zones = {
  corp: ['10.0.0.0/8', '::1', '2001:db8::/32'],
  vpn: ['10.8.0.0/16', '2001:db8:8::/48'],
  printer: ['10.8.0.9'],
};

function zoneOf(address: string | undefined, forwarded?: string | string[], trustedHops = 0): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return createZones(zones)(callerAddress({ address, headers: headers as never }, trustedHops));
}

test.each([
  ['10.1.2.3', 'corp'],
  ['10.8.7.7', 'vpn'],
  ['10.8.0.9', 'printer'],
  ['11.0.0.1', ''],
  ['::1', 'corp'],
  ['::2', ''],
  ['2001:db8:1::7', 'corp'],
  ['2001:DB8:8:0::7', 'vpn'],
  ['::ffff:10.8.0.1', 'vpn'],
  ['::FFFF:11.0.0.1', ''],
  ['::ffff:a08:1', 'vpn'],
  ['0:0:0:0:0:ffff:b00:1', ''],
  ['64:ff9b::10.8.0.1', ''],
  ['fe80::1%eth0', ''],
  [undefined, ''],
  ['', ''],
  ['10.1.2', ''],
  ['corp', ''],
])('%s is in the closest network: %j', (address, zone) => {
  expect(zoneOf(address)).toBe(zone);
});

test('networks of one size come in no order', () => {
  const reversed: Zones = Object.fromEntries(Object.entries(zones).reverse());
  const zone = createZones(reversed);
  expect(zone('10.8.0.1')).toBe('vpn');
});

test('an address is looked up once, and each has its own answer', () => {
  const zone = createZones(zones);
  const answers = ['10.1.1.1', '11.1.1.1', '10.1.1.1'].map((address) => zone(address));
  expect(answers).toEqual(['corp', '', 'corp']);
});

test('networks that have the name of a member of every object are networks', () => {
  const zone = createZones({ ...zones, constructor: ['12.0.0.0/8'] });
  expect(zone('12.0.0.1')).toBe('constructor');
  expect(zone('13.0.0.1')).toBe('');
});

describe('X-Forwarded-For', () => {
  test('is not looked at unless proxies are trusted: anybody can write it', () => {
    expect(zoneOf('11.0.0.1', '10.1.2.3')).toBe('');
    expect(zoneOf('10.0.0.1', '11.1.2.3')).toBe('corp');
  });

  test('is read from its end: what stands before is the word of the caller', () => {
    expect(zoneOf('10.0.0.1', '10.1.2.3, 11.0.0.1', 1)).toBe('');
    expect(zoneOf('10.0.0.1', '11.0.0.1, 10.8.0.1', 1)).toBe('vpn');
    expect(zoneOf('10.0.0.1', '10.1.1.1,11.0.0.1,10.2.2.2', 2)).toBe('');
    expect(zoneOf('10.0.0.1', ['10.1.1.1', '11.0.0.1, 10.2.2.2'], 2)).toBe('');
  });

  test.each([undefined, '', '10.1.2.3', ', ', '10.1.1.1, unknown, 10.3.3.3', '10.1.1.1, , 10.3.3.3'])(
    'that %j has not come through two proxies: nobody knows whence, and the proxy is no caller',
    (forwarded) => {
      expect(zoneOf('10.0.0.1', forwarded, 2)).toBe('');
    },
  );

  test('may have ports', () => {
    expect(zoneOf(undefined, '10.8.0.1:5678', 1)).toBe('vpn');
    expect(zoneOf(undefined, '[2001:db8::1]:80', 1)).toBe('corp');
    expect(zoneOf(undefined, '[2001:db8::1]', 1)).toBe('corp');
    expect(zoneOf(undefined, '10.8.0.1:x', 1)).toBe('');
  });

  test('of any length costs no memory for long', () => {
    expect(zoneOf('10.0.0.1', '1'.repeat(10_000), 1)).toBe('');
  });
});
