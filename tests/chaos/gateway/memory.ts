/** Whether memory stays flat: resident megabytes, sampled every second. */

export interface Sample {
  readonly second: number;
  readonly mb: number;
}

export interface MemoryFigures {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** Least squares, after the warm-up. */
  readonly mbPerMinute: number;
  /** The most after the warm-up, above the median of the first third after it. */
  readonly growth: number;
}

/** A gateway that has just been started grows: code is compiled, the heap finds its size. */
const warmUp = 0.2;

/** Undefined: no samples, or too few. */
export function memoryFigures(samples: readonly Sample[]): MemoryFigures | undefined {
  const steady = samples.slice(Math.floor(samples.length * warmUp));
  if (steady.length < 3) return undefined;
  const sizes = steady.map(({ mb }) => mb);
  const max = Math.max(...sizes);
  return {
    min: Math.min(...sizes),
    median: median(sizes),
    max,
    mbPerMinute: slope(steady) * 60,
    growth: max - median(sizes.slice(0, Math.ceil(sizes.length / 3))),
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, two) => one - two)[Math.floor(values.length / 2)] ?? 0;
}

function slope(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [x, y] = [mean(({ second }) => second), mean(({ mb }) => mb)];
  const covariance = mean(({ second, mb }) => (second - x) * (mb - y));
  const variance = mean(({ second }) => (second - x) ** 2);
  return variance === 0 ? 0 : covariance / variance;
}
