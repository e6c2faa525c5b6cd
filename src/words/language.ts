/** The languages of the texts that people read. The first one is the default. */
export const LANGUAGES = ['en', 'es', 'pt'] as const;
export type Language = (typeof LANGUAGES)[number];
export const DEFAULT_LANGUAGE: Language = LANGUAGES[0];

/** Browsers send a handful; a longer header is not read to its end. */
const MOST_CHARACTERS = 500;

export function isLanguage(text: string): text is Language {
  return LANGUAGES.some((language) => language === text);
}

/** The reader's language by `Accept-Language` (RFC 9110, 12.5.4): of those we have, the one with the highest weight. */
export function languageOf(accepted = ''): Language {
  const wanted = accepted
    .slice(0, MOST_CHARACTERS)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const weight = /q=([0-9.]+)/.exec(parameters.join(';'))?.[1];
      return { language: tag.split('-')[0] ?? '', weight: weight === undefined ? 1 : Number(weight) || 0 };
    })
    .filter(({ language, weight }) => weight > 0 && isLanguage(language))
    .sort((a, b) => b.weight - a.weight);
  const best = wanted[0]?.language ?? '';
  return isLanguage(best) ? best : DEFAULT_LANGUAGE;
}
