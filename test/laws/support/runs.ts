import { type PropertyRuns } from './property.js';

/** The number of runs: all in CI, fewer locally; `LAWS_RUNS` overrides it. */
export function runsOf(inCi: number): number {
  return Number(process.env.LAWS_RUNS ?? (process.env.CI ? inCi : Math.ceil(inCi / 20)));
}

/** `LAWS_SEED` and `LAWS_PATH` repeat the case that fast-check named. */
export function propertyRuns(inCi: number): PropertyRuns {
  const { LAWS_SEED: seed = '1', LAWS_PATH: path } = process.env;
  return { runs: runsOf(inCi), seed: Number(seed), ...(path === undefined ? {} : { path }) };
}
