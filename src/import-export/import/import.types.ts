import { type FieldProblem } from '../../common/errors.js';
import { type WordCode } from '../../words/core-words.js';
import { type Message } from '../../words/message.js';
import { type AdjustMode } from '../../commands/command.types.js';
import { type LEDGER } from '../../stock/ledger.types.js';
import { type FileFormat } from '../read/formats.js';

/** What is wrong with a field of a line: its expected form as a text, or as a code with values. */
export type LineProblem = FieldProblem | WordedProblem;

/** Codes of what is said about a file and its lines. */
export type ImportCode = Extract<WordCode, `imports.${string}`>;

export interface WordedProblem {
  readonly field: string;
  readonly message: Message<ImportCode>;
}

/**
 * The outcome of a line. `wrong`: it cannot be applied, and so nothing of the file is. `refused`: an ERP
 * masters its entry, its quantity has changed since it was exported, or its SKU is not one; the others are applied. `failed`: it was valid when it was checked, and no longer is.
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

/** One line of a file. Unknown fields are absent. */
export interface ImportLine {
  /** Its position in the file, from 1. With the import's id it is the key of the line's movement. */
  readonly line: number;
  readonly sku?: string;
  /** The SKU as the file has it, where it is written in another way here. */
  readonly text?: string;
  readonly warehouse?: string;
  readonly mode?: AdjustMode;
  /** Units: the new quantity, or the signed difference. */
  readonly quantity?: number;
  readonly reason?: string;
  /** The version of the quantity that an export showed: a seq in the entry's chain. */
  readonly version?: number;
  readonly problems?: readonly LineProblem[];
  /** Set by the check. */
  readonly outcome?: LineOutcome;
  /** Known SKUs that an unknown one may be meant to be. */
  readonly nearest?: readonly string[];
  /** The quantity that an absolute line is meant for, in units. Absent: any. */
  readonly base?: number;
  /** The quantity before and after it, in units: first as checked, then as applied. */
  readonly before?: number;
  readonly after?: number;
  readonly movementId?: string;
}

/** A line of valid form. */
export type SoundLine = ImportLine & Required<Pick<ImportLine, 'sku' | 'warehouse' | 'mode' | 'quantity'>>;

/** How to process a file. */
export interface ImportOptions {
  readonly format: FileFormat;
  /** Computes the changes without making them. */
  readonly dryRun: boolean;
  /** For lines without one. */
  readonly reason?: string;
  /** Applies a line with a version as the difference from the quantity at that version. */
  readonly asDifference?: true;
  /** When the file was made: lines without a version are refused where an order has changed the quantity since. */
  readonly since?: Date;
  /** Applies those lines all the same. */
  readonly force?: true;
  /** Refuses lines with an unknown SKU, so that the file creates none. */
  readonly onlyExisting?: true;
  /** Begins to count unknown SKUs in the ledger, also where an ERP feeds the warehouse. */
  readonly master?: typeof LEDGER;
  /** Imports differences again that an earlier file of the same bytes had. */
  readonly again?: true;
}

/** `receiving` -> `checking` -> (`refused`, or `applying`) -> `done`. A dry run is done after the check. */
export type ImportState = 'receiving' | 'checking' | 'applying' | 'done' | 'refused';

export function isFinished(state: ImportState): boolean {
  return state === 'done' || state === 'refused';
}

export function noCounts(): Record<LineOutcome, number> {
  return { created: 0, changed: 0, unchanged: 0, refused: 0, wrong: 0, failed: 0 };
}

/** The number of lines for each outcome. An unchecked line counts only when its form is wrong. */
export function countLines(lines: readonly ImportLine[]): LineCounts {
  const counts = noCounts();
  for (const { outcome } of lines) if (outcome) counts[outcome] += 1;
  return counts;
}
