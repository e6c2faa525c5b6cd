import { Logger } from '@nestjs/common';
import { simulate, type Outcome } from '../support/simulation.js';
import { virtualizeGlobals } from '../support/time/virtual-globals.js';

export interface Runs {
  readonly firstSeed: number;
  readonly runs: number;
}

export interface Report {
  readonly runs: number;
  readonly steps: number;
  /** The first run with a fault, repeated with its trace. */
  readonly failure: Outcome | null;
}

/** Runs one seed after the other, up to the first with a fault. */
export async function carryOut({ firstSeed, runs }: Runs): Promise<Report> {
  Logger.overrideLogger(false);
  const undo = virtualizeGlobals();
  // Refusals are frequent here, and their stack traces are not used.
  Error.stackTraceLimit = 0;
  try {
    let steps = 0;
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const outcome = await simulate(seed, false);
      steps += outcome.steps;
      if (outcome.faults.length > 0) return { runs: seed - firstSeed + 1, steps, failure: await simulate(seed, true) };
    }
    return { runs, steps, failure: null };
  } finally {
    undo();
  }
}
