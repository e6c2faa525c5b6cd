/** Runs a script in Redis in one step. Rejects while Redis is unreachable. */
export type RunScript = (
  script: string,
  keys: readonly string[],
  args: readonly (string | number)[],
) => Promise<unknown>;

/** Provides a `RunScript` that all processes share. */
export const RUN_SCRIPT = Symbol('RUN_SCRIPT');
