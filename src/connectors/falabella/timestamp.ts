const ISO_8601 = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/**
 * Milliseconds since 1970 of an ISO 8601 date and time; without a zone it is UTC. Null for any other text,
 * also for days that do not exist.
 */
export function parseTimestamp(written: string): number | null {
  const match = ISO_8601.exec(written.trim());
  if (!match) return null;
  const [, date = '', minutes = '', seconds = '00', fraction = '', zone = 'Z'] = match;
  const wallClock = `${date}T${minutes}:${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
  const asUtc = Date.parse(wallClock);
  // The parser turns 30 February into March, and 24:00 into the next day.
  if (Number.isNaN(asUtc) || new Date(asUtc).toISOString() !== wallClock) return null;
  const offset = offsetMs(zone);
  return offset === null || asUtc - offset < 0 ? null : asUtc - offset;
}

function offsetMs(zone: string): number | null {
  if (zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
