import { NoAnswerError } from '../../common/http/outbound.service.js';
import { classify } from './classify.js';
import {
  FalabellaAnswerError,
  FalabellaApiError,
  FalabellaLimitError,
  FalabellaNotConfiguredError,
  UnsendableStockError,
} from './errors.js';

const now = new Date('2026-03-01T10:00:00Z');
const api = (code: number | null, type = 'Sender', status = 200) =>
  new FalabellaApiError('UpdateStock', code, type, 'words', status);
const answer = (status: number) => new FalabellaAnswerError('UpdateStock', status, 'not an answer');
const remedy = (error: unknown) => classify(error, now);

describe('the action after an error of Falabella', () => {
  it('is to wait until the next push is allowed; too much reading does not delay pushes', () => {
    expect(remedy(new FalabellaLimitError('UpdateStock', true, 120_000))).toEqual({
      do: 'wait',
      until: new Date('2026-03-01T10:02:00Z'),
      only: 'pushes',
    });
    expect(remedy(new FalabellaLimitError('GetOrders', false, 60_000))).toEqual({ do: 'retry', afterMs: 60_000 });
  });

  it.each([
    ['internal error', api(6)],
    ['internal application error', api(1000)],
    ['an error of the platform', api(5, 'Platform')],
    ['HTTP 500 with an answer', api(5, 'Sender', 500)],
    ['HTTP 502', answer(502)],
    ['half an answer', answer(200)],
    ['a time-out', new NoAnswerError('timeout', true, 'none')],
    ['no connection', new NoAnswerError('network', false, 'none')],
  ])('is to retry: %s', (_what, error) => {
    expect(remedy(error).do).toBe('retry');
  });

  it('states whether the request may have arrived', () => {
    expect(remedy(new NoAnswerError('timeout', true, 'none'))).toEqual({ do: 'retry' });
    expect(remedy(new NoAnswerError('network', false, 'none'))).toEqual({ do: 'retry', arrived: false });
  });

  it.each([
    ['a wrong key', api(7), /API key.*E007/],
    ['a missing role', api(9), /role "Seller API Access"/],
    ['our clock', api(3), /clock/],
    ['no key at all', new FalabellaNotConfiguredError(), /FALABELLA_API_KEY/],
    ['HTTP 401', answer(401), /HTTP 401/],
    ['HTTP 403', answer(403), /HTTP 403/],
    ['a wrong address', answer(404), /FALABELLA_API_URL/],
    ['a redirection', answer(302), /FALABELLA_API_URL/],
  ])('is to pause and to inform the merchant: %s', (_what, error, words) => {
    expect(remedy(error)).toEqual({ do: 'pause', reason: expect.stringMatching(words) as string });
  });

  it('is to retry when the error is not from this connector', () => {
    expect(remedy(new TypeError('words'))).toEqual({ do: 'retry' });
  });

  it.each([
    ['an unknown SKU', api(1001)],
    ['an invalid request', api(5)],
    ['an unnamed fault of the sender', api(null)],
    ['what cannot be sent', new UnsendableStockError(['A'], 'words')],
  ])('is to give up: %s', (_what, error) => {
    expect(remedy(error)).toEqual({ do: 'giveUp', reason: expect.stringContaining('words') as string });
  });
});
