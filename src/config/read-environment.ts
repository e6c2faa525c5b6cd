import { isPlaceholder } from './placeholders.js';
import { VARIABLES, type Values, type VariableName } from './variables.js';

/** What is wrong with one variable. Holds no value: it may be a secret. */
export interface ConfigProblem {
  readonly variable: string;
  readonly problem: string;
}

/** Reads every variable; a placeholder of the example file counts as not given. Collects all the problems instead of stopping at the first. */
export function readEnvironment(env: NodeJS.ProcessEnv): {
  values: Values;
  given: ReadonlySet<VariableName>;
  problems: ConfigProblem[];
} {
  const problems: ConfigProblem[] = [];
  const given = new Set<VariableName>();
  const values: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(VARIABLES) as [VariableName, (typeof VARIABLES)[VariableName]][]) {
    const raw = env[name]?.trim() ?? '';
    values[name] = variable.fallback;
    if (isPlaceholder(raw)) continue;
    given.add(name);
    try {
      values[name] = variable.parse(raw);
    } catch (error) {
      problems.push({
        variable: name,
        problem: `must be ${error instanceof Error ? error.message : 'of another form'}`,
      });
    }
  }
  return { values: values as Values, given, problems };
}
