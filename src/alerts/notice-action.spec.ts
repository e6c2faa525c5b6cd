import { noticeActionOf } from './notice-action.js';

const answer = (status: number, headers: Record<string, string> = {}) => ({ status, headers });

describe('the action after a notice', () => {
  it('is none when it was accepted', () => {
    expect(noticeActionOf(answer(200))).toBeNull();
    expect(noticeActionOf(answer(204))).toBeNull();
  });

  it.each([301, 401, 403, 404, 410, 500, 503])(
    'is a later retry after %i, which is not the notice’s fault',
    (status) => {
      expect(noticeActionOf(answer(status))).toEqual({ do: 'later', reason: `the alert webhook answered ${status}` });
    },
  );

  it.each([400, 413, 422])('counts against the notice after %i', (status) => {
    expect(noticeActionOf(answer(status))).toMatchObject({ do: 'blame' });
  });

  it('waits as long as requested, within a bound', () => {
    expect(noticeActionOf(answer(429, { 'retry-after': '30' }))).toMatchObject({ do: 'later', afterMs: 30_000 });
    expect(noticeActionOf(answer(429, { 'retry-after': '999999' }))).toMatchObject({ afterMs: 3_600_000 });
    expect(noticeActionOf(answer(429, { 'retry-after': 'soon' }))).not.toHaveProperty('afterMs');
  });
});
