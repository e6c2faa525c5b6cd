import { reportOf, resetMsOf } from './call-limits.js';

const answer = (status: number, headers: Record<string, string> = {}) => ({ status, headers });

describe('the limits in an answer', () => {
  it('are the size of the bucket and its free room', () => {
    expect(reportOf(answer(200, { 'x-rate-limit-limit': '400', 'x-rate-limit-remaining': '399' }))).toEqual({
      size: 400,
      remaining: 399,
    });
    expect(reportOf(answer(200))).toEqual({ size: null, remaining: null });
  });

  it('are zero room when a 429 states nothing', () => {
    expect(reportOf(answer(429))).toEqual({ size: null, remaining: 0 });
  });

  it('are trusted within bounds', () => {
    const reset = (ms: string) => answer(429, { 'x-rate-limit-reset': ms });
    expect([
      resetMsOf(reset('20000'), false),
      resetMsOf(reset('99999999'), false),
      resetMsOf(reset('0'), false),
    ]).toEqual([5_000, 60_000, 500]);
    expect([resetMsOf(reset('20000'), true), resetMsOf(answer(429), true)]).toEqual([5_000, 500]);
  });
});
