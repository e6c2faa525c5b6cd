import { reportOf, resetMsOf } from './call-limits.js';

const answer = (status: number, headers: Record<string, string> = {}) => ({ status, headers });

describe('what an answer says of the limits', () => {
  it('is how large the bucket is and how much fits', () => {
    expect(reportOf(answer(200, { 'x-rate-limit-limit': '400', 'x-rate-limit-remaining': '399' }))).toEqual({
      size: 400,
      remaining: 399,
    });
    expect(reportOf(answer(200))).toEqual({ size: null, remaining: null });
  });

  it('is that nothing fits where a 429 says nothing', () => {
    expect(reportOf(answer(429))).toEqual({ size: null, remaining: 0 });
  });

  it('is believed within reason', () => {
    const reset = (ms: string) => answer(429, { 'x-rate-limit-reset': ms });
    expect([
      resetMsOf(reset('20000'), false),
      resetMsOf(reset('99999999'), false),
      resetMsOf(reset('0'), false),
    ]).toEqual([5_000, 60_000, 500]);
    expect([resetMsOf(reset('20000'), true), resetMsOf(answer(429), true)]).toEqual([5_000, 500]);
  });
});
