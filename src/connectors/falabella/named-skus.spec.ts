import { sentSkusNamedIn } from './named-skus.js';
import { pushRef, readPushRef } from './push-ref.js';

describe('the SKUs because of which a whole push was refused', () => {
  const list = 'Invalid Seller Sku List: ';

  it('are those of the push that the message lists, and no others', () => {
    expect(sentSkusNamedIn(`${list}A, C D`, ['A', 'B', 'C D', 'C', 'D'])).toEqual(['A', 'C D']);
    expect(sentSkusNamedIn(`${list}["A","B"]`, ['A', 'B', 'AB'])).toEqual(['A', 'B']);
    expect(sentSkusNamedIn(`${list}X`, ['A'])).toEqual([]);
    expect(sentSkusNamedIn('Something else', ['A', 'else'])).toEqual([]);
  });

  it('are found even if they contain a separator', () => {
    expect(sentSkusNamedIn(`${list}1,5 L;azul, A`, ['1,5 L;azul', 'A', 'B'])).toEqual(['1,5 L;azul', 'A']);
  });

  it('are stored in the ref of the push', () => {
    expect(pushRef('f-1', [])).toBe('f-1');
    expect(readPushRef('f-1')).toEqual({ feedId: 'f-1', refused: [] });
    expect(readPushRef(pushRef('f-1', ['A#1', 'B"']))).toEqual({ feedId: 'f-1', refused: ['A#1', 'B"'] });
    expect(() => readPushRef('f-1#{}')).toThrow('not the name of a push');
  });
});
