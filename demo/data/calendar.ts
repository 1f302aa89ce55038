/** Time in the demo's data: everything is relative to one fixed instant, never to a clock. */

export const dayMs = 86_400_000;
export const hourMs = 3_600_000;
export const minuteMs = 60_000;

/** "Now" of the demo's data: nothing that has happened is later. */
export const epochMs = Date.UTC(2026, 10, 1);

/** The epoch's day; days are counted from 1970-01-01. */
export const epochDay = epochMs / dayMs;

const isoDays = new Map<number, string>();

/** `YYYY-MM-DD` of a day. Millions of rows share a few thousand days, so each is written once. */
export function isoDay(day: number): string {
  let text = isoDays.get(day);
  if (text === undefined) {
    text = new Date(day * dayMs).toISOString().slice(0, 10);
    isoDays.set(day, text);
  }
  return text;
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

/** RFC 3339 in UTC of an instant in milliseconds. */
export function isoInstant(ms: number): string {
  const day = dayOf(ms);
  const inDay = ms - day * dayMs;
  const hour = Math.floor(inDay / hourMs);
  const minute = Math.floor(inDay / 60_000) % 60;
  const time = `${padded(hour, 2)}:${padded(minute, 2)}:${padded(Math.floor(inDay / 1000) % 60, 2)}`;
  return `${isoDay(day)}T${time}.${padded(inDay % 1000, 3)}Z`;
}

export function dayOf(ms: number): number {
  return Math.floor(ms / dayMs);
}

export function yearOf(day: number): number {
  return new Date(day * dayMs).getUTCFullYear();
}

/** Day of the week of a day in UTC, Monday is 0. */
export function weekday(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** The day of a month's date. Dates after the 28th are moved to it, so that every month has them. */
export function dateInMonth(day: number): number {
  return Math.min(new Date(day * dayMs).getUTCDate(), 28);
}

/** Whole months between two days, counted by `dateInMonth`. */
export function monthsBetween(from: number, to: number): number {
  const a = new Date(from * dayMs);
  const b = new Date(to * dayMs);
  const months = (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
  return dateInMonth(to) >= dateInMonth(from) ? months : months - 1;
}
