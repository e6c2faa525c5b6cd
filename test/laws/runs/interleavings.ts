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
  /** The first run in which something was wrong, once more with its trace. */
  readonly failure: Outcome | null;
}

/** Carries out runs with one seed after the other, up to the first in which something is wrong. */
export async function carryOut({ firstSeed, runs }: Runs): Promise<Report> {
  Logger.overrideLogger(false);
  const undo = virtualizeGlobals();
  // Refusals are everyday here, and nobody reads where they came from.
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
