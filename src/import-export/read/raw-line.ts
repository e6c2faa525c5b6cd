/** What a line of a file may say. */
export const COLUMNS = ['sku', 'warehouse', 'quantity', 'mode', 'reason'] as const;
export type Column = (typeof COLUMNS)[number];

/** Columns of an export that say nothing about what is to be changed. */
export const IGNORED_COLUMNS: readonly string[] = ['reserved', 'available', 'master', 'updatedat'];

/** A line as it was read: nothing of it is checked but that it is one. */
export interface RawLine {
  /** Where it stands in the file, from 1; in a JSON list, its place in the list. */
  readonly line: number;
  /** An empty cell is left out. Text from a CSV file; anything from JSON. */
  readonly cells: Readonly<Partial<Record<Column, unknown>>>;
  /** What is wrong with the line as a whole. */
  readonly problem?: string;
}
