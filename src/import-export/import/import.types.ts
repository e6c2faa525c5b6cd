import { type FieldProblem } from '../../common/errors.js';
import { type AdjustMode } from '../../commands/command.types.js';
import { type FileFormat } from '../read/formats.js';

/**
 * What becomes of a line, or became of it. `wrong`: it cannot be carried out, and so nothing of the file is. `refused`: an ERP decides about its
 * entry, the others are carried out. `failed`: it could have been carried out when it was checked, and could not any more.
 */
export type LineOutcome = 'created' | 'changed' | 'unchanged' | 'refused' | 'wrong' | 'failed';

export const LINE_OUTCOMES = [
  'created',
  'changed',
  'unchanged',
  'refused',
  'wrong',
  'failed',
] as const satisfies readonly LineOutcome[];

export type LineCounts = Readonly<Record<LineOutcome, number>>;

/** One line of a file. What is not known of it is left out. */
export interface ImportLine {
  /** Where it stands in the file, from 1. With the import's id it is the key of the line's movement. */
  readonly line: number;
  readonly sku?: string;
  readonly warehouse?: string;
  readonly mode?: AdjustMode;
  /** Units: what there is, or the signed difference. */
  readonly quantity?: number;
  readonly reason?: string;
  readonly problems?: readonly FieldProblem[];
  /** Set when it is checked. */
  readonly outcome?: LineOutcome;
  /** On hand before and after it, in units: as it was checked, then as it happened. */
  readonly before?: number;
  readonly after?: number;
  readonly movementId?: string;
}

/** A line whose form is right. */
export type SoundLine = ImportLine & Required<Pick<ImportLine, 'sku' | 'warehouse' | 'mode' | 'quantity'>>;

/** How a file is to be taken. */
export interface ImportOptions {
  readonly format: FileFormat;
  /** Nothing is changed: only what would be is worked out. */
  readonly dryRun: boolean;
  /** Of lines that give none. */
  readonly reason?: string;
}

/**
 * `receiving` -> `checking` -> (`refused`, or `applying`) -> `done`. A dry run is done when it is checked.
 */
export type ImportState = 'receiving' | 'checking' | 'applying' | 'done' | 'refused';

/** Nothing is left to do. */
export function isFinished(state: ImportState): boolean {
  return state === 'done' || state === 'refused';
}

export function noCounts(): Record<LineOutcome, number> {
  return { created: 0, changed: 0, unchanged: 0, refused: 0, wrong: 0, failed: 0 };
}

/** How many lines came out how. A line that is not checked counts nowhere, unless its form is wrong already. */
export function countLines(lines: readonly ImportLine[]): LineCounts {
  const counts = noCounts();
  for (const { outcome } of lines) if (outcome) counts[outcome] += 1;
  return counts;
}
