/** The data of all domains at one scale; domains share facts, never rows. */
import { createCatalogue } from './catalogue.ts';
import { createSubscribers } from './facts/audience.ts';
import type { Scale } from './scale.ts';
import type { DomainData } from './table.ts';
import { audienceData } from './tables/audience.ts';
import { billingData } from './tables/billing.ts';
import { liveData } from './tables/live.ts';
import { musicData } from './tables/music.ts';
import { podcastsData } from './tables/podcasts.ts';
import { videoData } from './tables/video.ts';

export const domainNames = ['video', 'music', 'podcasts', 'live', 'audience', 'billing'] as const;

export type DomainName = (typeof domainNames)[number];

/** Raised when the same scale yields other rows than before: loaded databases are then filled anew. */
export const dataVersion = 2;

export function createDomains(scale: Scale): Readonly<Record<DomainName, DomainData>> {
  const catalogue = createCatalogue(scale);
  const subscribers = createSubscribers(scale);
  return {
    video: videoData(catalogue.video),
    music: musicData(catalogue.music),
    podcasts: podcastsData(catalogue.podcasts),
    live: liveData(catalogue.live, catalogue.music),
    audience: audienceData(scale, catalogue, subscribers),
    billing: billingData(catalogue, subscribers),
  };
}
