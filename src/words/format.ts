import { type Language } from './language.js';

/** `{name}`, or `{name, plural, one {...} other {...}}` as ICU writes it: `#` is the number. */
const PLACEHOLDER = /\{(\w+)(?:, plural, one \{([^{}]*)\} other \{([^{}]*)\})?\}/g;

/** Puts the values into a text. A value that is missing shows as its name in braces, so that the text is never lost. */
export function formatText(
  text: string,
  values: Readonly<Record<string, string | number>>,
  language: Language,
): string {
  return text.replace(PLACEHOLDER, (_placeholder, name: string, one?: string, other?: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) return `{${name}}`;
    if (one === undefined || other === undefined) return String(value);
    const isOne = new Intl.PluralRules(language).select(Number(value)) === 'one';
    return (isOne ? one : other).replaceAll('#', String(value));
  });
}

/** The names of the values that a text asks for, sorted. */
export function parametersOf(text: string): string[] {
  return [...new Set([...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? ''))].sort();
}
