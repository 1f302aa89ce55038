/** What the company knows about its subscribers: when they came, what they pay for, what they like. */
import { dayMs, epochMs } from '../calendar.ts';
import { subscriberFixture } from '../fixtures.ts';
import { plans } from '../plans.ts';
import { item, type Random, randoms, weighted } from '../random.ts';
import type { Scale } from '../scale.ts';
import { type TitleGenre, titleGenres } from '../words/screen.ts';
import { type MusicGenre, musicGenres, type PodcastCategory, podcastCategories } from '../words/sound.ts';
import { countries, drawMarket } from '../world.ts';

export type SubscriberStatus = 'TRIAL' | 'ACTIVE' | 'PAUSED' | 'CANCELLED';

export interface SubscriberFacts {
  /** Place in `countries`. */
  readonly country: number;
  /** Place in `plans`. */
  readonly plan: number;
  /** Whether a paid plan is paid once a year. */
  readonly yearly: boolean;
  readonly status: SubscriberStatus;
  readonly signedUpMs: number;
  readonly cancelledMs: number | null;
  /** From 0 to 1: how much is played. */
  readonly activity: number;
  readonly taste: Taste;
}

/** What a subscriber likes: genres, and how the time is divided. */
export interface Taste {
  readonly screen: readonly [TitleGenre, TitleGenre];
  readonly music: readonly [MusicGenre, MusicGenre];
  readonly podcast: PodcastCategory;
  /** Weights of films, series, tracks and episodes. */
  readonly mix: readonly [number, number, number, number];
}

const drawPlan = weighted(plans.map((plan) => plan.share));
const drawMix = weighted([34, 30, 12, 24]);
const mixes: readonly Taste['mix'][] = [
  [22, 58, 14, 6],
  [4, 8, 82, 6],
  [4, 10, 22, 64],
  [20, 26, 38, 16],
];
const subscriberRandom = randoms('audience subscriber');
const musicPlan = plans.findIndex((plan) => plan.id === 'pln_music');
const freePlan = plans.findIndex((plan) => plan.cents === 0);

/** In the order of their sign-ups: more in every month than in the one before. */
export function createSubscribers(scale: Scale): readonly SubscriberFacts[] {
  return Array.from({ length: scale.subscribers }, (_, at) => subscriberFacts(at, scale));
}

function subscriberFacts(at: number, scale: Scale): SubscriberFacts {
  const random = subscriberRandom(at);
  const back = 1 - (at + random.next()) / scale.subscribers;
  const signedUpMs = Math.floor(epochMs - back * back * 1095 * dayMs) - 1;
  const stays = random.next();
  const age = epochMs - signedUpMs;
  const fixed = at === subscriberFixture.index;
  const cancelledMs =
    !fixed && stays < 0.22 && age > 40 * dayMs
      ? signedUpMs + 20 * dayMs + Math.floor(random.next() * (age - 25 * dayMs))
      : null;
  const plan = drawPlan(random);
  const mix = plan === musicPlan ? 1 : drawMix(random);
  const high = random.next();
  return {
    country: drawMarket(random),
    plan,
    yearly: plan !== freePlan && item(plans, plan).id !== 'pln_student' && random.chance(0.25),
    status: statusOf(random, { fixed, cancelled: cancelledMs !== null, age }),
    signedUpMs,
    cancelledMs,
    activity: 0.04 + high * high * high * 0.96,
    taste: { ...genres(random), mix: item(mixes, mix) },
  };
}

function statusOf(
  random: Random,
  { fixed, cancelled, age }: { fixed: boolean; cancelled: boolean; age: number },
): SubscriberStatus {
  if (cancelled) return 'CANCELLED';
  if (age < 30 * dayMs) return 'TRIAL';
  return !fixed && random.chance(0.05) ? 'PAUSED' : 'ACTIVE';
}

function genres(random: Random): Omit<Taste, 'mix'> {
  return {
    screen: [random.pick(titleGenres), random.pick(titleGenres)],
    music: [random.pick(musicGenres), random.pick(musicGenres)],
    podcast: random.pick(podcastCategories),
  };
}

/** Subscribers of each country, in the order of their sign-ups. */
export function byCountry(subscribers: readonly SubscriberFacts[]): readonly Int32Array[] {
  const lists = countries.map((): number[] => []);
  for (const [at, subscriber] of subscribers.entries()) item(lists, subscriber.country).push(at);
  return lists.map((list) => Int32Array.from(list));
}
