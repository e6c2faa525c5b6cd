import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type Connection } from '../connectors/contract.js';
import { PushPace } from './push-pace.service.js';
import { type PumpWakeups } from './pump-wakeups.service.js';

const HOUR_MS = 3_600_000;

/** The clock of the machine is an hour ahead, and is put right. */
describe('the pace of a channel, when the clock is set back', () => {
  const pace = new PushPace({ wakeAt: () => undefined } as unknown as PumpWakeups);
  const ahead = (act: (now: number) => void) => {
    const now = Date.now() + HOUR_MS;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
    act(now);
    clock.mockRestore();
  };
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('opens again after the time that it was closed for', async () => {
    ahead((now) => pace.close('shop', new Date(now + 40)));
    expect(pace.closedUntil('shop')).not.toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(pace.closedUntil('shop')).toBeNull();
  });

  it('waits no longer than its interval', async () => {
    ahead(() => pace.recordSend('shop'));
    await pace.awaitInterval({ id: 'shop', settings: { pushIntervalMs: 30 } } as unknown as Connection);
  });
});
