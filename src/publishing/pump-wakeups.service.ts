import { Injectable } from '@nestjs/common';
import { JobQueue } from '../queues/job-queue.service.js';

const GATHER_MS = 15;

/** Wakes the pump of a channel: wake-ups within a few milliseconds share one job. */
@Injectable()
export class PumpWakeups {
  private readonly asleep = new Map<string, NodeJS.Timeout>();

  constructor(private readonly jobQueue: JobQueue) {}

  wake(connections: Iterable<string>): void {
    for (const connection of connections) {
      if (this.asleep.has(connection)) continue;
      this.asleep.set(
        connection,
        setTimeout(() => {
          this.asleep.delete(connection);
          void this.jobQueue.enqueue('pushes', [{ ids: [connection] }]);
        }, GATHER_MS),
      );
    }
  }

  /** If Redis loses the job, the sweeper finds the marks. */
  wakeAt(connection: string, at: Date): void {
    void this.jobQueue.enqueue('pushes', [{ ids: [connection] }], Math.max(1, at.getTime() - Date.now()));
  }
}
