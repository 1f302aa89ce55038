/** Prometheus has times in seconds, events have them in milliseconds. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}
