/** `date:year`, `date:month`: the first moment of the year or the month, in the form that the value has. */
import { type Mask, showsNothing } from '../../program.ts';

/** RFC 3339 §5.6, or an instant of which nobody says where the clock hangs. */
const instant =
  /^(\d{4})-(\d{2})-(\d{2})([Tt ])(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?([Zz]|([+-])(\d{2}):(\d{2}))?$/;
const day = /^(\d{4})-(\d{2})-(\d{2})$/;

const types: ReadonlySet<string> = new Set(['Date', 'DateTime', 'String']);

/** Nothing is shown of what is no date, and of a type of which no value is. */
export function startOf(period: string | undefined, type: string): Mask {
  if (!types.has(type) || (period !== 'year' && period !== 'month')) return showsNothing;
  return (value) => {
    if (typeof value !== 'string' || value.length > longest) return null;
    const date = type === 'DateTime' ? undefined : startOfDay(value, period);
    return date ?? (type === 'Date' ? null : startOfInstant(value, period)) ?? null;
  };
}

const longest = 64;

type Period = 'year' | 'month';

function startOfDay(text: string, period: Period): string | undefined {
  const [, year, month, date] = day.exec(text) ?? [];
  if (year === undefined) return undefined;
  const at = momentOf(year, month, date);
  return at === undefined ? undefined : dayOf(at, period);
}

/** In UTC: what an offset is added to can be of another year than the text begins with. */
function startOfInstant(text: string, period: Period): string | undefined {
  const [, year, month, date, separator = 'T', hour, minute, second, zone, sign, offsetHours, offsetMinutes] =
    instant.exec(text) ?? [];
  if (year === undefined) return undefined;
  const at = momentOf(year, month, date);
  const time = minutesOf(hour, minute);
  const offset = minutesOf(offsetHours ?? '0', offsetMinutes ?? '0');
  if (at === undefined || time === undefined || offset === undefined || Number(second) > 59) return undefined;
  const moved = new Date(at.getTime() + (time - (sign === '-' ? -offset : offset)) * 60_000);
  if (!isYearOfFourDigits(moved)) return undefined;
  return `${dayOf(moved, period)}${separator.toUpperCase()}00:00:00${zone === undefined ? '' : 'Z'}`;
}

/** Undefined if it is not in the calendar. */
function momentOf(year: string, month: string | undefined, day: string | undefined): Date | undefined {
  // `Date.UTC` reads the years 0 to 99 as 1900 to 1999.
  const at = new Date(0);
  at.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const isIt = at.getUTCMonth() === Number(month) - 1 && at.getUTCDate() === Number(day);
  return isIt && isYearOfFourDigits(at) ? at : undefined;
}

function isYearOfFourDigits(at: Date): boolean {
  return at.getUTCFullYear() > 0 && at.getUTCFullYear() < 10_000;
}

function minutesOf(hours: string | undefined, minutes: string | undefined): number | undefined {
  const [hour, minute] = [Number(hours), Number(minutes)];
  return hour < 24 && minute < 60 ? hour * 60 + minute : undefined;
}

function dayOf(at: Date, period: Period): string {
  const iso = at.toISOString();
  return period === 'year' ? `${iso.slice(0, 4)}-01-01` : `${iso.slice(0, 7)}-01`;
}
