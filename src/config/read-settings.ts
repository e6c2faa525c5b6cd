import { isPlaceholder } from './placeholders.js';
import { type Settings, type ValuesOf } from './setting.js';

/** A wrong setting, and the form that it should have. Holds no value, which may be secret. */
export interface SettingProblem {
  readonly field: string;
  readonly problem: string;
}

export interface SettingsRead<S extends Settings> {
  readonly values: ValuesOf<S>;
  readonly given: ReadonlySet<keyof S & string>;
  readonly problems: readonly SettingProblem[];
}

/**
 * Reads each setting from its text; one without a text, or with a placeholder of the example file, keeps what `before` has for it, or its
 * default. Collects all problems instead of stopping at the first.
 */
export function readSettings<S extends Settings>(
  fields: S,
  textOf: (name: keyof S & string) => string | undefined,
  before: { readonly values: Partial<ValuesOf<S>>; readonly given: Iterable<string> } = { values: {}, given: [] },
): SettingsRead<S> {
  const problems: SettingProblem[] = [];
  const given = new Set<string>(before.given);
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(fields)) {
    const raw = textOf(name)?.trim() ?? '';
    values[name] = Object.hasOwn(before.values, name) ? before.values[name] : setting.fallback;
    if (isPlaceholder(raw)) continue;
    given.add(name);
    try {
      values[name] = setting.parse(raw);
    } catch (error) {
      problems.push({ field: name, problem: `must be ${error instanceof Error ? error.message : 'of another form'}` });
    }
  }
  return { values: values as ValuesOf<S>, given, problems };
}
