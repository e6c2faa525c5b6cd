import { type Tally } from './shoppers.js';
import { type PublishTimes } from './publish-times.js';
import { type Sale } from './truth.js';

export interface DayReport {
  readonly tally: Tally;
  readonly faults: number;
  readonly lost: number;
  readonly seconds: number;
  readonly sales: readonly Sale[];
  readonly publishTimes: PublishTimes;
}

/** The report of a day, line by line. */
export function linesOf({ tally, faults, lost, seconds, sales, publishTimes }: DayReport): string[] {
  const oversold = sales.filter(({ short }) => short > 0);
  const times = publishTimes.times(sales);
  const all = [...times.values()].flat().sort((a, b) => a - b);
  return [
    `${tally.orders} orders in ${seconds.toFixed(0)} s; ${tally.edits} edits, ${tally.cancels} cancels, ${tally.refused} shoppers refused at 0`,
    `${tally.duplicates} events sent twice, ${lost} webhooks lost, ${faults} faults outside`,
    `sale -> published, all channels: ${percentiles(all)}`,
    ...[...times].map(([channel, list]) => `sale elsewhere -> published, ${channel}: ${percentiles(list)}`),
    `${oversold.reduce((sum, { short }) => sum + short, 0)} units oversold in ${oversold.length} sales`,
    ...oversold.map((sale) => `  ${describe(sale, publishTimes, sales)}`),
  ];
}

function describe(sale: Sale, publishTimes: PublishTimes, sales: readonly Sale[]): string {
  const cause = publishTimes.explained(sale, sales);
  const what = `${sale.short} x ${sale.sku} at ${sale.channel} (${sale.order})`;
  if (!cause) return `${what}: NOT EXPLAINED`;
  const { by, publishedAfterMs } = cause;
  return `${what}: ${sale.at - by.at} ms after ${by.order} at ${by.channel}, of which ${sale.channel} received it after ${publishedAfterMs} ms`;
}

function percentiles(sorted: readonly number[]): string {
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms (${sorted.length})`;
}
