import { type Run } from '../runs/run.schema.js';
import { type RunCursor, type RunPart, type StepResult } from '../runs/run.types.js';

/** One step of one part. */
export interface StepOf {
  readonly run: Run;
  readonly part: RunPart;
  /** Null: the part begins. */
  readonly cursor: RunCursor | null;
  /** So many SKUs at the most. */
  readonly size: number;
  /** The step may have been begun before by somebody who did not end it. */
  readonly again: boolean;
}

/** The part cannot be worked on: it is left, and the reason is said in the report. */
export class PartUnworkableError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = new.target.name;
  }
}

/** What is done with a connection of a run. A step may be repeated, and then comes to the same. */
export interface PartWorker {
  /**
   * Looks at the next few.
   * @throws PartUnworkableError where that will not change by waiting; whatever its connector throws otherwise
   */
  step(step: StepOf): Promise<StepResult>;
  /** The part ends before its time. */
  left?(run: Run, part: RunPart): Promise<void>;
}
