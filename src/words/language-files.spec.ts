import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALERT_KINDS, codesOf } from '../alerts/alert-kinds.js';
import { parametersOf } from './format.js';
import { type OrderStatus } from '../orders/order-snapshot.js';
import install from './install/en.json' with { type: 'json' };
import problems from './problems/en.json' with { type: 'json' };
import { LANGUAGES, type Language } from './language.js';
import { type WordBook } from './words.js';

const ROOT = 'src';
const CONNECTORS = join(ROOT, 'connectors');

/** The folders with language files, by the name that their codes begin with. */
const FOLDERS: readonly (readonly [string, string])[] = [
  ...folders(join(ROOT, 'words')).map((topic) => [topic, join(ROOT, 'words', topic)] as const),
  ...folders(CONNECTORS)
    .map((name) => [name, join(CONNECTORS, name, 'words')] as const)
    .filter(([, folder]) => existsSync(folder)),
];

const SOURCES = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => readFileSync(join(ROOT, file), 'utf8'))
  .join('\n');

const STATUSES: readonly OrderStatus[] = [
  'created',
  'confirmed',
  'paid',
  'ready_to_ship',
  'shipped',
  'delivered',
  'cancelled',
  'returned',
  'unknown',
];

/** The codes that a list in the code makes. */
const MADE = new Set<string>([
  ...ALERT_KINDS.flatMap(codesOf),
  ...Object.keys(install)
    .filter((key) => key.startsWith('title.'))
    .map((key) => `install.${key}`),
  ...STATUSES.map((status) => `orders.${status}`),
  ...Object.keys(problems).map((key) => `problems.${key.split('.')[0] ?? ''}.title`),
]);

/** A finding has two texts under one code. */
const PARTS_OF_A_FINDING = /\.(problem|remedy)$/;

function folders(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

function read(folder: string): WordBook {
  const of = (language: Language) =>
    JSON.parse(readFileSync(join(folder, `${language}.json`), 'utf8')) as Record<string, string>;
  return { en: of('en'), es: of('es'), pt: of('pt') };
}

describe.each(FOLDERS)('the language files of %s', (name, folder) => {
  const book = read(folder);
  const keys = Object.keys(book.en);

  it('have a text for every code in every language', () => {
    expect(readdirSync(folder).sort()).toEqual(LANGUAGES.map((language) => `${language}.json`).sort());
    for (const language of LANGUAGES) {
      expect([language, Object.keys(book[language]).sort()]).toEqual([language, [...keys].sort()]);
      expect(Object.entries(book[language]).filter(([, text]) => text.trim() === '')).toEqual([]);
    }
  });

  it('have the same values in every language', () => {
    const valuesOf = (language: Language) =>
      Object.fromEntries(keys.map((key) => [key, parametersOf(book[language][key] ?? '')]));
    for (const language of LANGUAGES) expect(valuesOf(language)).toEqual(valuesOf('en'));
  });

  it('have no text that the code does not use', () => {
    const isUsed = (code: string) =>
      MADE.has(code) || SOURCES.includes(`'${code}'`) || SOURCES.includes(`'${code.replace(PARTS_OF_A_FINDING, '')}'`);
    expect(keys.map((key) => `${name}.${key}`).filter((code) => !isUsed(code))).toEqual([]);
  });
});
