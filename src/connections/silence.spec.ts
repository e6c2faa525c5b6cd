import { silenceOf, waitEnd } from './silence.js';

const NOW = new Date('2026-01-02T12:00:00Z');
const minutes = (n: number) => new Date(NOW.getTime() + n * 60_000);
const WAITING = { waitUntil: minutes(10), waitSetAt: minutes(-1), silentSince: minutes(-7) };

describe('a platform that asked for no calls', () => {
  it.each([
    ['is silent until the time that it named', WAITING, minutes(10)],
    ['may be called after it', { ...WAITING, waitUntil: minutes(-1) }, null],
    ['is not silent because of a clock that was wrong', { ...WAITING, waitSetAt: minutes(5) }, null],
    [
      'is not silent beyond the longest wait, which an older release stored',
      { ...WAITING, waitUntil: minutes(61) },
      null,
    ],
    ['was never asked', {}, null],
  ])('%s', (_name, state, expected) => {
    expect(waitEnd(state, NOW)).toEqual(expected);
  });

  it.each([
    ['has been since its first wait', WAITING, minutes(-7)],
    ['still is between two waits', { ...WAITING, waitUntil: minutes(-1) }, minutes(-7)],
    ['is no longer when it has not asked again', { ...WAITING, waitUntil: minutes(-3) }, null],
    ['is no longer after a call that succeeded', { ...WAITING, silentSince: undefined }, null],
    ['is not when a person suspended it', { ...WAITING, suspended: { reason: '', actor: '', at: NOW } }, null],
    ['is not when it was removed', { ...WAITING, removedAt: NOW }, null],
  ])('is silent: %s', (_name, { silentSince, ...state }, expected) => {
    expect(silenceOf({ ...state, ...(silentSince && { silentSince }) }, NOW)).toEqual(expected);
  });
});
