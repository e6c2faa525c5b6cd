import { noticeActionOf } from './notice-action.js';

const answer = (status: number, headers: Record<string, string> = {}) => ({ status, headers });

describe('what becomes of a notice', () => {
  it('is nothing more where it was taken', () => {
    expect(noticeActionOf(answer(200))).toBeNull();
    expect(noticeActionOf(answer(204))).toBeNull();
  });

  it.each([301, 401, 403, 404, 410, 500, 503])(
    'is another try later after %i: that is not the notice’s fault',
    (status) => {
      expect(noticeActionOf(answer(status))).toEqual({ do: 'later', reason: `the alert webhook answered ${status}` });
    },
  );

  it.each([400, 413, 422])('counts against the notice after %i', (status) => {
    expect(noticeActionOf(answer(status))).toMatchObject({ do: 'blame' });
  });

  it('waits as long as it is asked to, but not for ever', () => {
    expect(noticeActionOf(answer(429, { 'retry-after': '30' }))).toMatchObject({ do: 'later', afterMs: 30_000 });
    expect(noticeActionOf(answer(429, { 'retry-after': '999999' }))).toMatchObject({ afterMs: 3_600_000 });
    expect(noticeActionOf(answer(429, { 'retry-after': 'soon' }))).not.toHaveProperty('afterMs');
  });
});
