import { languageOf } from './language.js';

describe('the language of a reader', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['de-DE,fr;q=0.8', 'en'],
    ['es-CL,es;q=0.9,en;q=0.8', 'es'],
    ['pt-BR', 'pt'],
    ['en;q=0.5, pt;q=0.7', 'pt'],
    ['es;q=0, en', 'en'],
    ['es;q=nonsense', 'es'],
    ['ES', 'es'],
  ])('of %j is %s', (accepted, language) => {
    expect(languageOf(accepted)).toBe(language);
  });
});
