/** The canonical texts of instants and dates; the calendar is checked, nothing rolls over. */
import { Inexact } from './exact.ts';

/** RFC 3339 §5.6 `date-time`; "T" and "Z" may be written in lower case. */
const INSTANT = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const MINUTE = 60_000;

/** Canonical text of an instant: RFC 3339 in UTC with `Z`, fraction to the microsecond, no trailing zeros. */
export function canonicalDateTime(text: string): string {
  const match = INSTANT.exec(text);
  if (match === null) throw new Inexact('must be RFC 3339 with an offset, such as "2026-03-29T01:30:00.25Z"');
  const [, day = '', hour = '', minute = '', second = '', fraction = '', sign = '+', oh = '0', om = '0'] =
    match;
  const midnight = startOfDay(day);
  // PostgreSQL keeps no leap seconds: "23:59:60" would silently become the next day.
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    throw new Inexact('has no such time of day');
  if (Number(oh) > 23 || Number(om) > 59) throw new Inexact('has no such offset');
  const offset = (Number(oh) * 60 + Number(om)) * (sign === '-' ? -1 : 1);
  const instant = midnight + (Number(hour) * 60 + Number(minute) - offset) * MINUTE + Number(second) * 1000;
  return `${isoSeconds(instant)}${microseconds(fraction)}Z`;
}

/** Canonical text of a calendar date: `YYYY-MM-DD`. */
export function canonicalDate(text: string): string {
  startOfDay(text);
  return text;
}

function startOfDay(text: string): number {
  const match = DAY.exec(text);
  if (match === null) throw new Inexact('must be YYYY-MM-DD, such as "2026-02-28"');
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  // `Date.UTC` reads years 0–99 as 1900–1999; `setUTCFullYear` does not.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (year === 0 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) {
    throw new Inexact('names a day that is not in the calendar');
  }
  return date.getTime();
}

function isoSeconds(instant: number): string {
  const iso = new Date(instant).toISOString();
  // RFC 3339 has four digits for the year, and an offset can carry an instant over either end.
  if (!/^\d{4}-/.test(iso) || iso.startsWith('0000-'))
    throw new Inexact('must lie in the years 0001 to 9999, in UTC');
  return iso.slice(0, 19);
}

function microseconds(fraction: string): string {
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > 6) throw new Inexact('takes at most microseconds (six digits)');
  return kept === '' ? '' : `.${kept}`;
}
