import fc from 'fast-check';
import { type AlertsService } from '../alerts/alerts.service.js';
import { type ConnectionsService } from '../connections/connections.service.js';
import { PausedConnections } from './paused-connections.service.js';

const ID = 'store';

/** The stored state of one connection. Each call takes effect when the scheduler allows it. */
function written(scheduler: fc.Scheduler) {
  const now = { paused: undefined as { reason: string } | undefined, alert: undefined as string | undefined };
  const step = async <T>(effect: () => T): Promise<T> => {
    await scheduler.schedule(Promise.resolve());
    return effect();
  };
  const connections = {
    pause: (_id: string, reason: string) =>
      step(() => {
        now.paused = { reason };
        return true;
      }),
    unpause: () =>
      step(() => {
        const wasPaused = now.paused !== undefined;
        now.paused = undefined;
        return wasPaused;
      }),
    facts: () => step(() => ({ paused: now.paused })),
  };
  const alerts = {
    raise: (_kind: string, _id: string, reason: string) => step(() => void (now.alert = reason)),
    close: () => step(() => void (now.alert = undefined)),
  };
  return {
    now,
    pauses: new PausedConnections(connections as unknown as ConnectionsService, alerts as unknown as AlertsService),
  };
}

describe('pauses of a connection', () => {
  it('leave an alert exactly while the connection is paused, in every interleaving', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
        async (scheduler, begins) => {
          const { now, pauses } = written(scheduler);
          const work = begins.map((begin) => (begin ? pauses.pause(ID, 'refused') : pauses.unpause(ID)));
          await scheduler.waitFor(Promise.all(work));
          expect(now.alert !== undefined).toBe(now.paused !== undefined);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
