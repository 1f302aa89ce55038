/** A provider, a gateway that trusts it, and a steady rate of requests with tokens that the provider gave out before. */
import { Asking } from './asking.ts';
import { clientOf } from './client.ts';
import { allTitles, type OpenGateway, openGateway } from './gateway.ts';
import { type RunningProvider, startProvider } from './provider.ts';
import { newSigningKey } from './signing-keys.ts';
import { SteadyRate } from './steady-rate.ts';

export interface Site {
  readonly provider: RunningProvider;
  readonly gateway: OpenGateway;
  readonly asking: Asking;
  readonly rate: SteadyRate;
  /** Why the gateway could not fetch keys, each time. */
  readonly unavailable: readonly string[];
  /** How often it could. */
  readonly fetched: number;
  close(): Promise<void>;
}

export interface SiteOptions {
  readonly perSecond: number;
  /** For how long there have to be tokens that nobody has shown. */
  readonly seconds: number;
}

const client = { clientId: 'importer', clientSecret: 'of the importer', scopes: ['titles:read'] };

export async function openSite({ perSecond, seconds }: SiteOptions): Promise<Site> {
  const provider = await startProvider({ clients: [client], keys: [await newSigningKey()] });
  const unavailable: string[] = [];
  let fetched = 0;
  const gateway = await openGateway([provider.issuer], {
    observers: {
      keysUnavailable: ({ reason }) => void unavailable.push(reason),
      keysFetched() {
        fetched += 1;
      },
    },
  });
  const tokens = await clientOf(provider.issuer, client);
  const inUse = await Promise.all(Array.from({ length: 20 }, () => tokens()));
  const unseen: string[] = [];
  while (unseen.length < (perSecond * seconds) / 10) unseen.push(await tokens());
  const asking = new Asking(gateway, allTitles);
  const rate = new SteadyRate({ asking, perSecond, inUse, unseen });
  return {
    provider,
    gateway,
    asking,
    rate,
    unavailable,
    get fetched() {
      return fetched;
    },
    async close() {
      await rate.end();
      await gateway.close();
      await provider.stop();
    },
  };
}
