/** Everything that can be played, and how a subscriber chooses from it. */
import { dayMs, dayOf } from './calendar.ts';
import type { SubscriberFacts } from './facts/audience.ts';
import { createLive, type Live } from './facts/live.ts';
import { createMusic, type Music } from './facts/music.ts';
import { createPodcasts, type Podcasts } from './facts/podcasts.ts';
import { createVideo, type Video } from './facts/video.ts';
import { episodeId, streamId, titleId, trackId } from './ids.ts';
import { item, type Random, randoms, weighted, zipf } from './random.ts';
import type { Scale } from './scale.ts';

export interface Catalogue {
  readonly video: Video;
  readonly music: Music;
  readonly podcasts: Podcasts;
  readonly live: Live;
}

export type MediaType = 'Movie' | 'Series' | 'Track' | 'Episode' | 'Stream';

/** Something that was chosen. */
export interface Choice {
  readonly type: MediaType;
  readonly id: string;
  /** How long it takes to the end, in seconds. */
  readonly seconds: number;
}

export function createCatalogue(scale: Scale): Catalogue {
  const music = createMusic(scale);
  return {
    video: createVideo(scale),
    music,
    podcasts: createPodcasts(scale),
    live: createLive(scale, music),
  };
}

const favouriteRandom = randoms('audience favourite');
const recorded = ['Movie', 'Series', 'Track', 'Episode'] as const;
type Recorded = (typeof recorded)[number];

/** Chooses as subscribers do: by taste first, by popularity within it, and only what is out already. */
export class Chooser {
  readonly #catalogue: Catalogue;
  readonly #rank: (random: Random, length: number) => number;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
    const { video, music, podcasts } = catalogue;
    this.#rank = zipf(Math.max(video.titles.length, music.tracks.length, podcasts.episodes.length));
  }

  /** Something recorded that a subscriber plays at an instant. */
  choose(random: Random, subscriber: SubscriberFacts, { at, ms }: { at: number; ms: number }): Choice {
    const type = item(recorded, weighted(subscriber.taste.mix)(random));
    // A quarter of all plays goes to a handful of favourites, again and again.
    if (random.chance(0.25)) {
      const favourite = this.#pick(favouriteRandom(at * 8 + random.below(5)), type, subscriber);
      if (favourite !== null && favourite.out <= dayOf(ms)) return favourite.choice;
    }
    const found =
      this.chooseOf(random, type, { subscriber, ms }) ?? this.chooseOf(random, 'Track', { subscriber, ms });
    // Music has come out for decades: some of every genre is older than any play.
    if (found === null) throw new Error(`nothing is out that subscriber ${at} could play at ${ms}`);
    return found;
  }

  /** A film, series, track or episode to a subscriber's taste that is out at an instant. */
  chooseOf(
    random: Random,
    type: Recorded,
    { subscriber, ms }: { subscriber: SubscriberFacts; ms: number },
  ): Choice | null {
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const found = this.#pick(random, type, subscriber);
      if (found !== null && found.out <= dayOf(ms)) return found.choice;
    }
    return null;
  }

  #pick(random: Random, type: Recorded, { taste }: SubscriberFacts): { choice: Choice; out: number } | null {
    const { video, music, podcasts } = this.#catalogue;
    const liked = random.chance(0.72);
    switch (type) {
      case 'Track': {
        const at = this.#draw(
          random,
          liked ? music.ofGenre.get(random.pick(taste.music)) : undefined,
          music.order,
        );
        const track = item(music.tracks, at);
        return { choice: { type, id: trackId(at), seconds: track.seconds }, out: track.released };
      }
      case 'Episode': {
        const at = this.#draw(
          random,
          liked ? podcasts.ofCategory.get(taste.podcast) : undefined,
          podcasts.order,
        );
        const episode = item(podcasts.episodes, at);
        return {
          choice: { type, id: episodeId(at), seconds: episode.seconds },
          out: dayOf(episode.publishedMs + dayMs),
        };
      }
      case 'Movie':
      case 'Series': {
        const at = this.#draw(
          random,
          liked ? video.ofGenre.get(random.pick(taste.screen)) : undefined,
          video.order,
        );
        const title = item(video.titles, at);
        if (title.series !== (type === 'Series') || title.released === null) return null;
        return { choice: { type, id: titleId(at), seconds: title.minutes * 60 }, out: title.released };
      }
    }
  }

  #draw(random: Random, liked: Int32Array | undefined, all: Int32Array): number {
    const list = liked === undefined || liked.length === 0 ? all : liked;
    return item(list, this.#rank(random, list.length));
  }
}

/** Streams that run at some instant, found by the hour in which they run. */
export class Schedule {
  readonly #hours = new Map<number, number[]>();
  readonly #live: Live;

  constructor(live: Live, hourMs: number) {
    this.#live = live;
    live.streams.forEach((stream, at) => {
      if (stream.status !== 'ENDED') return;
      for (let hour = Math.floor(stream.startMs / hourMs); hour * hourMs < stream.endMs; hour += 1) {
        const running = this.#hours.get(hour);
        if (running === undefined) this.#hours.set(hour, [at]);
        else running.push(at);
      }
    });
  }

  /** Viewers of all streams of an hour: how strongly it draws. */
  pull(hour: number): number {
    return this.#running(hour).reduce((sum, at) => sum + item(this.#live.streams, at).peak, 0);
  }

  /** A stream that runs at the instant, the crowded ones more often. */
  choose(random: Random, hour: number, ms: number): Choice | null {
    const running = this.#running(hour).filter((at) => {
      const stream = item(this.#live.streams, at);
      return stream.startMs <= ms && ms < stream.endMs;
    });
    if (running.length === 0) return null;
    const at = item(running, weighted(running.map((place) => item(this.#live.streams, place).peak))(random));
    const left = (item(this.#live.streams, at).endMs - ms) / 1000;
    return { type: 'Stream', id: streamId(at), seconds: Math.max(1, Math.floor(left)) };
  }

  #running(hour: number): readonly number[] {
    return this.#hours.get(hour) ?? [];
  }
}
