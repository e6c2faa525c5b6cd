import { readFileSync } from 'node:fs';
import { ORDER_STATUSES, orderStatus } from './order-status.js';

describe('the status of an order', () => {
  it.each(Object.entries(ORDER_STATUSES))('parses %s as %s in any case and with any separators', (word, status) => {
    for (const written of [
      word,
      word.toUpperCase(),
      word.replaceAll('_', '-'),
      word.replaceAll('_', ' '),
      word.replaceAll('_', ''),
    ]) {
      expect(orderStatus(written)).toBe(status);
    }
  });

  it.each(['failed', 'failed_delivery', 'lost', '', 'constructor', '__proto__', 'paidd'])(
    'does not guess %j',
    (word) => {
      expect(orderStatus(word)).toBe('unknown');
    },
  );

  it('is documented in the same words', () => {
    const page = readFileSync(new URL('../../../docs/connectors/falabella.md', import.meta.url), 'utf8');
    const documented = [...page.matchAll(/^\| ((?:`[a-z_]+`(?:, )?)+) +\| `([a-z_]+)` +\|/gm)].flatMap(
      ([, words = '', status = '']) => [...words.matchAll(/`([a-z_]+)`/g)].map(([, word]) => [word, status]),
    );
    expect(Object.fromEntries(documented)).toEqual(ORDER_STATUSES);
  });
});
