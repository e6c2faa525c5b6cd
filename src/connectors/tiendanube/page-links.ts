import { type PageInfo } from './interfaces/tiendanube.interface.js';
import { wholeOf } from './json.js';

/**
 * The paging information in the headers of a list. Only the query of each `Link` address is used, so that
 * the answer cannot change the host.
 */
export function pageInfo(headers: Readonly<Record<string, string>>): PageInfo {
  const links = linksOf(headers['link'] ?? '');
  const last = links.get('last');
  return {
    next: links.get('next') ?? null,
    last: last === undefined ? null : wholeOf(new URLSearchParams(last).get('page')),
    total: wholeOf(headers['x-total-count']),
  };
}

/** The query of each address, by its `rel`. */
function linksOf(header: string): ReadonlyMap<string, string> {
  const links = new Map<string, string>();
  for (const [, address = '', rest = ''] of header.matchAll(/<([^<>]*)>([^<]*)/g)) {
    const rel = /rel\s*=\s*"?([a-z]+)/i.exec(rest)?.[1]?.toLowerCase();
    const query = address.split('?')[1];
    if (rel !== undefined && query !== undefined) links.set(rel, query.split('#')[0] ?? '');
  }
  return links;
}
