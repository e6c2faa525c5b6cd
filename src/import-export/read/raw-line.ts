/** The known columns of a file. */
export const COLUMNS = ['sku', 'warehouse', 'quantity', 'mode', 'reason', 'version'] as const;
export type Column = (typeof COLUMNS)[number];

/** Columns of an export that an import ignores. */
export const IGNORED_COLUMNS: readonly string[] = ['reserved', 'available', 'master', 'updatedat'];

/** A parsed line, not validated yet. */
export interface RawLine {
  /** Its position in the file, from 1; in a JSON list, its position in the list. */
  readonly line: number;
  /** Empty cells are absent. Text from a CSV file; any type from JSON. */
  readonly cells: Readonly<Partial<Record<Column, unknown>>>;
  /** An error of the line as a whole. */
  readonly problem?: string;
}
