import { formatText } from './format.js';
import { LANGUAGES, type Language } from './language.js';
import { isMessage, type Message } from './message.js';

/** The language files of one topic or one connector: texts by key. */
export type WordBook = Readonly<Record<Language, Readonly<Record<string, string>>>>;

/** No text holds messages in messages deeper than this. */
const DEEPEST = 3;

/** All texts, by language and code. The code is the name of the topic or connector, a dot, and the key. */
export class Words {
  private readonly texts: Readonly<Record<Language, ReadonlyMap<string, string>>>;

  constructor(books: Readonly<Record<string, WordBook>>) {
    const of = (language: Language) =>
      new Map(
        Object.entries(books).flatMap(([name, book]) =>
          Object.entries(book[language]).map(([key, text]) => [`${name}.${key}`, text] as const),
        ),
      );
    this.texts = { en: of('en'), es: of('es'), pt: of('pt') };
  }

  /** All texts of a language by code, with their placeholders. */
  all(language: Language): Readonly<Record<string, string>> {
    return Object.fromEntries(this.texts[language]);
  }

  has(code: string): boolean {
    return this.texts[LANGUAGES[0]].has(code);
  }

  /** What a message says. A code that this build does not know, such as one that a newer one stored, shows as it is. */
  text({ code, params = {} }: Message, language: Language, depth = 0): string {
    const text = this.texts[language].get(code);
    if (text === undefined || depth > DEEPEST) return code;
    const values = Object.fromEntries(
      Object.entries(params).map(([name, value]) => [
        name,
        isMessage(value) ? this.text(value, language, depth + 1) : value,
      ]),
    );
    return formatText(text, values, language);
  }

  /** A stored reason: a code, or the words of another system, which are shown as they are. */
  reason(reason: string, language: Language): string {
    return this.text({ code: reason }, language);
  }
}
