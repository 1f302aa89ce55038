/** How much data there is: `small` loads in seconds, `full` is a company. */

export interface Scale {
  readonly name: 'small' | 'full';
  readonly titles: number;
  readonly artists: number;
  readonly tracks: number;
  readonly shows: number;
  readonly episodes: number;
  readonly streams: number;
  readonly subscribers: number;
  readonly plays: number;
}

export type ScaleName = Scale['name'];

export const scales: Readonly<Record<ScaleName, Scale>> = Object.freeze({
  small: {
    name: 'small',
    titles: 2_000,
    artists: 300,
    tracks: 5_000,
    shows: 120,
    episodes: 2_000,
    streams: 200,
    subscribers: 2_000,
    plays: 20_000,
  },
  full: {
    name: 'full',
    titles: 20_000,
    artists: 3_000,
    tracks: 50_000,
    shows: 800,
    episodes: 20_000,
    streams: 2_000,
    subscribers: 100_000,
    plays: 1_000_000,
  },
});

/** The scale that a `DATA_SCALE` asks for; unset is `small`. */
export function scaleOf(name: string | undefined): Scale {
  const wanted = name ?? 'small';
  if (wanted === 'small' || wanted === 'full') return scales[wanted];
  throw new Error(`DATA_SCALE is "${wanted}". Set it to small or full, or leave it out for small.`);
}
