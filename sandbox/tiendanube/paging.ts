import { type Answer, json } from '../http/answer.js';
import { type Call } from './context.js';
import { envelope, fieldErrors } from './errors.js';

const largest = 200;
const standard = 30;
/** The most results of a query. */
const cap = 10_000;

interface PageRule {
  /** The default page size. */
  standard?: number;
  /** Whether the query ends after 10,000 results. */
  capped?: boolean;
}

export interface Page<T> {
  page: number;
  perPage: number;
  total: number;
  rows: T[];
}

function positive(call: Call, name: string, fallback: number): number {
  const text = call.request.query.get(name);
  if (text === null || text === '') return fallback;
  if (!/^[1-9]\d*$/.test(text)) throw fieldErrors({ [name]: [`The ${name} must be at least 1.`] });
  return Number(text);
}

/** Cuts one page out of a list. Throws 404 beyond the last page, and 422 beyond the cap. */
export function pageOf<T>(call: Call, all: readonly T[], rule: PageRule = {}): Page<T> {
  const { settings } = call;
  const page = positive(call, 'page', 1);
  const asked = positive(call, 'per_page', rule.standard ?? standard);
  if (asked > largest && settings.perPageOver === 'refused')
    throw fieldErrors({ per_page: [`The per_page may not be greater than ${largest}.`] });
  const perPage = Math.min(asked, largest);
  if (rule.capped && (page - 1) * perPage >= cap)
    throw envelope(422, `Only the first ${cap} results of a query can be read`);
  const last = Math.ceil(all.length / perPage);
  const past = page > Math.max(1, last);
  if (
    (past && settings.pagePastEnd === 'missing') ||
    (all.length === 0 && page === 1 && settings.emptyFirstPage === 'missing')
  )
    throw envelope(404, `Last page is ${last}`);
  const upTo = rule.capped ? Math.min(page * perPage, cap) : page * perPage;
  return { page, perPage, total: all.length, rows: all.slice((page - 1) * perPage, upTo) };
}

/**
 * A page as an answer: the rows alone, the total and the neighbours in headers. `fields` selects
 * properties of each row.
 */
export function pageAnswer<T>(
  call: Call,
  all: readonly T[],
  view: (row: T) => Record<string, unknown>,
  rule: PageRule = {},
): Answer {
  const page = pageOf(call, all, rule);
  const links = linksTo(call, page, rule);
  return json(
    200,
    page.rows.map((row) => picked(call, view(row))),
    { 'x-total-count': String(page.total), ...(links === '' ? {} : { Link: links }) },
  );
}

function linksTo(call: Call, { page, perPage, total }: Page<unknown>, rule: PageRule): string {
  const last = Math.max(1, Math.ceil((rule.capped ? Math.min(total, cap) : total) / perPage));
  const link = (to: number, rel: string): string => {
    const query = new URLSearchParams(call.request.query);
    query.set('page', String(to));
    query.set('per_page', String(perPage));
    return `<http://${call.request.headers.host ?? '127.0.0.1'}${call.request.path}?${query.toString()}>; rel="${rel}"`;
  };
  const links: string[] = [];
  if (page < last) links.push(link(page + 1, 'next'), link(last, 'last'));
  if (page > 1) links.push(link(1, 'first'), link(page - 1, 'prev'));
  return links.join(', ');
}

/** The properties of a row that `fields` requests; all by default. */
export function picked(call: Call, row: Record<string, unknown>): Record<string, unknown> {
  const names = (call.request.query.get('fields') ?? '').split(',').filter((name) => name !== '');
  return names.length === 0 ? row : Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)));
}

/** Times in filters: ISO 8601, with an offset or Z; without one UTC. Throws 422. */
export function timeFilter(call: Call, name: string): number | null {
  const text = call.request.query.get(name);
  if (text === null || text === '') return null;
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?(Z|[+ -]\d{2}:?\d{2})?$/.exec(text);
  const [, day, time = '00:00:00', zone = 'Z'] = match ?? [];
  const at = day
    ? Date.parse(`${day}T${time}${zone.replace(/^ /, '+').replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}`)
    : NaN;
  if (Number.isNaN(at)) throw fieldErrors({ [name]: [`The ${name} is not a valid date.`] });
  return at;
}

const toSecond = (at: number): number => Math.floor(at / 1000) * 1000;

/** Whether a row was created and changed within the requested times; both ends count, to the second. */
export function inTimes(call: Call): (row: { createdAt: number; updatedAt: number }) => boolean {
  const [createdMin, createdMax, updatedMin, updatedMax] = [
    'created_at_min',
    'created_at_max',
    'updated_at_min',
    'updated_at_max',
  ].map((name) => timeFilter(call, name));
  const within = (at: number, from: number | null | undefined, to: number | null | undefined): boolean =>
    toSecond(at) >= toSecond(from ?? -Infinity) && toSecond(at) <= (to ?? Infinity);
  return (row) => within(row.createdAt, createdMin, createdMax) && within(row.updatedAt, updatedMin, updatedMax);
}

/** `since_id`: rows after it. */
export function sinceId(call: Call): (row: { id: number }) => boolean {
  const since = Number(call.request.query.get('since_id') ?? 0);
  return (row) => !(row.id <= since);
}
