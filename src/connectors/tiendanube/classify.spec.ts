import { NoAnswerError } from '../../common/http/outbound.service.js';
import { classify } from './classify.js';
import {
  TiendanubeAnswerError,
  TiendanubeApiError,
  TiendanubeLimitError,
  TiendanubeNotInstalledError,
  TiendanubeRoomError,
  UnsendableStockError,
} from './errors.js';

const now = new Date('2026-03-01T10:00:00Z');
const remedy = (error: unknown) => classify(error, now);
const api = (status: number) => new TiendanubeApiError('stock.push', status, 'words');
const answer = (status: number) => new TiendanubeAnswerError('stock.push', status, 'not an answer');

describe('the action after an error of Tiendanube', () => {
  it('is to let pushes wait when a push found no room or exceeded the limit, and nothing else', () => {
    const until = new Date('2026-03-01T10:00:02Z');
    expect(remedy(new TiendanubeRoomError('stock.push', 2_000, true))).toEqual({ do: 'wait', until, only: 'pushes' });
    expect(remedy(new TiendanubeLimitError('stock.push', true, 2_000, true))).toEqual({
      do: 'wait',
      until,
      only: 'pushes',
    });
    expect(remedy(new TiendanubeLimitError('stock.push', false, 2_000, true))).toEqual({
      do: 'wait',
      until,
      only: 'pushes',
    });
  });

  it('is to return at its turn when a read found no room: nothing was sent', () => {
    expect(remedy(new TiendanubeRoomError('order.read', 1_234.5, false))).toEqual({
      do: 'retry',
      afterMs: 1_235,
      arrived: false,
    });
    expect(remedy(new TiendanubeLimitError('order.read', false, 900, false))).toEqual({ do: 'retry', afterMs: 900 });
  });

  it.each([
    ['HTTP 500 with an answer', api(500)],
    ['HTTP 503 without', answer(503)],
    ['HTTP 408', answer(408)],
    ['half an answer', answer(200)],
    ['a time-out', new NoAnswerError('timeout', true, 'none')],
    ['an error of nobody', new TypeError('x')],
  ])('is to retry: %s', (_what, error) => {
    expect(remedy(error)).toEqual({ do: 'retry' });
  });

  it('is to retry without any effect so far, when no connection was made', () => {
    expect(remedy(new NoAnswerError('network', false, 'none'))).toEqual({ do: 'retry', arrived: false });
  });

  it.each([
    ['a token that does not hold any more', api(401), 'Install it again'],
    ['the same without words', answer(401), 'Install it again'],
    ['a store or an app that is not paid for', api(402), 'paid'],
    ['a scope that was not granted', api(403), 'scopes'],
    ['another address', answer(404), 'TIENDANUBE_API_URL'],
    ['a redirection', answer(301), 'TIENDANUBE_API_URL'],
    ['no token at all', new TiendanubeNotInstalledError(), 'install the app'],
  ])('is to pause, with advice for a person: %s', (_what, error, words) => {
    expect(remedy(error)).toMatchObject({ do: 'pause' });
    expect(JSON.stringify(remedy(error))).toContain(words);
  });

  it.each([
    ['a number that is not taken', api(422)],
    ['a product that is gone', api(404)],
    ['what is not understood', api(400)],
    ['a number that cannot be sent', new UnsendableStockError('must be whole')],
  ])('is to give up on the item: %s', (_what, error) => {
    expect(remedy(error)).toMatchObject({ do: 'giveUp' });
  });
});
