/** The networks of zones: each has to be one, and in one zone only. */
import { BlockList, isIP } from 'node:net';

export interface ZoneFault {
  readonly zone: string;
  readonly index: number;
  readonly message: string;
}

export function checkZones(zones: Readonly<Record<string, readonly string[]>>): readonly ZoneFault[] {
  const seen: (Network & { readonly zone: string })[] = [];
  return Object.entries(zones).flatMap(([zone, networks]) =>
    networks.flatMap((text, index) => {
      const network = networkIn(text);
      if (network === undefined) return [{ zone, index, message: form }];
      const other = seen.find((each) => isSame(each, network));
      seen.push({ ...network, zone });
      if (other === undefined) return [];
      return [{ zone, index, message: `stands in ${other.zone} already. Keep it in one place.` }];
    }),
  );
}

const form =
  'is no address or network. Write an address or one in CIDR form, such as 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32.';

interface Network {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly prefix: number;
}

function networkIn(text: string): Network | undefined {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0 || address.includes('%')) return undefined;
  if (bits !== undefined && !/^(0|[1-9]\d{0,2})$/.test(bits)) return undefined;
  const most = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : Number(bits);
  if (prefix > most) return undefined;
  return { address, family: version === 4 ? 'ipv4' : 'ipv6', prefix };
}

/** However they are written, and whichever of their addresses stands for them. */
function isSame(one: Network, { address, family, prefix }: Network): boolean {
  if (one.family !== family || one.prefix !== prefix) return false;
  const list = new BlockList();
  list.addSubnet(one.address, prefix, family);
  return list.check(address, family);
}
