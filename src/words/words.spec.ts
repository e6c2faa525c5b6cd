import { CORE_WORDS } from './core-words.js';
import { Words } from './words.js';

const words = new Words(CORE_WORDS);

describe('the words of a message', () => {
  it('are those of the language', () => {
    const message = { code: 'alerts.oversold.detail', params: { count: 1 } };
    expect(words.text(message, 'en')).toBe('1 more promised than there is');
    expect(words.text(message, 'es')).toBe('falta 1 unidad para lo que está prometido');
    expect(words.text({ ...message, params: { count: 2 } }, 'pt')).toBe('faltam 2 unidades para o que está prometido');
  });

  it('hold a message in the same language', () => {
    const paused = { code: 'alerts.connection_paused.detail', params: { reason: { code: 'reasons.paused' } } };
    expect(words.text(paused, 'es')).toBe('la conexión está en pausa');
  });

  it('are the code where this build does not know it', () => {
    expect(words.text({ code: 'alerts.from_tomorrow' }, 'en')).toBe('alerts.from_tomorrow');
  });
});

describe('a stored reason', () => {
  it('is a code of ours, or shown as another system said it', () => {
    expect(words.reason('reasons.short', 'pt')).toBe('falta estoque');
    expect(words.reason('E007: Signature mismatch', 'pt')).toBe('E007: Signature mismatch');
  });
});
