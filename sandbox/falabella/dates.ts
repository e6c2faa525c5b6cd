import { type FalabellaSettings } from '../settings.js';
import { sellerError } from './errors.js';

/** `YYYY-MM-DD HH:MM:SS` in the time zone of the order bodies, which is never stated. */
export function bodyTime(at: number, utcOffsetMinutes: number): string {
  return new Date(at + utcOffsetMinutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Parses a date filter; one without an offset, or all of them, are in the zone of the order bodies. Throws E017. */
export function filterTime(
  text: string,
  { utcOffsetMinutes, filterZone }: Pick<FalabellaSettings, 'utcOffsetMinutes' | 'filterZone'>,
): number {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?(Z|[+-]\d{2}:?\d{2})?$/.exec(text);
  const [, day, time = '00:00:00', zone] = match ?? [];
  const at = day ? Date.parse(`${day}T${time}${zone ? zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2') : 'Z'}`) : NaN;
  if (Number.isNaN(at)) throw sellerError(17, text);
  if (zone && filterZone === 'heeded') return at;
  return Date.parse(`${day}T${time}Z`) - utcOffsetMinutes * 60_000;
}
