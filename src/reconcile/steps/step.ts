import { type Run } from '../runs/run.schema.js';
import { type PartKind, type RunCursor, type RunPart, type StepResult } from '../runs/run.types.js';

/** One step of one part. */
export interface StepOf {
  readonly run: Run;
  readonly part: RunPart;
  /** Null: at the beginning of the part. */
  readonly cursor: RunCursor | null;
  /** The most SKUs of the step. */
  readonly size: number;
  /** Another process may have begun this step before, without finishing it. */
  readonly again: boolean;
}

/** The part cannot be processed: it is skipped, with the reason in the report. */
export class PartUnworkableError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = new.target.name;
  }
}

/** The work on one connection of a run. A step can be repeated with the same result. */
export interface PartWorker {
  /**
   * Processes the next few.
   * @throws PartUnworkableError when waiting does not help; otherwise the connector's errors
   */
  step(step: StepOf): Promise<StepResult>;
  /** The part is ended early. */
  left?(run: Run, part: RunPart): Promise<void>;
}

/** The worker of each kind of part. */
export type PartWorkers = Readonly<Record<PartKind, PartWorker>>;

/** The token under which they are provided. */
export const PART_WORKERS = Symbol('part workers');
