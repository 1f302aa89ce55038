/** When and from where: looked at with the request, and again for whatever comes of it later. */
import type { Circumstances } from '@portcullis/policies/engine/subject';
import type { KnownRequest } from '../request.ts';

const msPerHour = 3_600_000;

/** @param now milliseconds since the epoch, by the gateway's clock: no caller has a say in what time it is */
export function circumstancesOf(zone: string, breakGlass: boolean, now: number): Circumstances {
  return { zone, breakGlass, hour: hourOf(now) };
}

/** What holds for a request of then at this moment: the same object as long as nothing has changed. */
export function circumstancesNow(
  { circumstances }: Pick<KnownRequest, 'circumstances'>,
  now = Date.now(),
): Circumstances {
  const hour = hourOf(now);
  return hour === circumstances.hour ? circumstances : { ...circumstances, hour };
}

function hourOf(now: number): number {
  return Math.floor(now / msPerHour) % 24;
}
