import { wholeOf } from '../json.js';

/** Products of one page. Products may have very many variants, so a page may have to be smaller. */
export const LARGEST_PAGE = 200;
/** Each divides those before, so that a smaller page can begin where a larger one does. */
const SMALLER_PAGES = [50, 10, 1] as const;

/** The size of the page of this query, and smaller ones. */
export function pageSizes(query: string): readonly [number, ...number[]] {
  const { size } = placeOf(query);
  return [size, ...SMALLER_PAGES.filter((smaller) => smaller < size && size % smaller === 0)];
}

/** The query of a page of this size that begins at the same product. */
export function resized(query: string, smaller: number): string {
  const { page, size, parameters } = placeOf(query);
  parameters.set('page', String((page - 1) * (size / smaller) + 1));
  parameters.set('per_page', String(smaller));
  return parameters.toString();
}

function placeOf(query: string) {
  const parameters = new URLSearchParams(query);
  const given = (name: string) => Math.max(1, wholeOf(parameters.get(name)) ?? 0);
  return { parameters, page: given('page'), size: parameters.has('per_page') ? given('per_page') : LARGEST_PAGE };
}
