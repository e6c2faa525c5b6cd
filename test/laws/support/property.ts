import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { virtualizeGlobals } from './time/virtual-globals.js';

/** The number of runs of a property; `seed` and `path` repeat one case, as fast-check names them. */
export interface PropertyRuns {
  readonly runs: number;
  readonly seed: number;
  readonly path?: string;
}

/**
 * Checks a property in virtual time. Null: it held in all runs; else fast-check's report of the smallest
 * failing case.
 */
export async function checkProperty<Drawn>(
  { runs, seed, path }: PropertyRuns,
  arbitrary: fc.Arbitrary<Drawn>,
  holds: (drawn: Drawn) => Promise<void>,
): Promise<string | null> {
  Logger.overrideLogger(false);
  const undo = virtualizeGlobals();
  try {
    await fc.assert(fc.asyncProperty(arbitrary, holds), {
      numRuns: runs,
      seed,
      ...(path === undefined ? {} : { path }),
      interruptAfterTimeLimit: undefined,
    });
    return null;
  } catch (error) {
    return told(error);
  } finally {
    undo();
  }
}

function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.cause.message}\n${error.message}` : error.message;
}
