import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { InTurn } from '../in-turn.js';
import { LOOK, REPORT, TAKE, TURN } from './bucket-scripts.js';
import { LEFT_TO_OTHERS, NoRoomError, type Bucket, type BucketReport, type Lane } from './room.js';
import { RUN_SCRIPT, type RunScript } from './run-script.js';

/** The wait while Redis is unreachable. The calls of other processes are unknown then, so nothing is sent. */
const STORE_AWAY_MS = 1_000;

/**
 * Keeps the calls of all processes within the platforms' limits. Room is taken before a call and never
 * returned: a platform may have counted a call without an answer.
 */
@Injectable()
export class RateLimits {
  /** The waiting callers of this process, one after the other for each lane of a bucket. */
  private readonly turns = new InTurn();

  constructor(@Inject(RUN_SCRIPT) private readonly runScript: RunScript) {}

  /**
   * Takes room for one call; waits for it if that takes no longer than `patienceMs`.
   * @throws NoRoomError that says when to retry; this wait does not count as a failure
   */
  take(bucket: Bucket, lane: Lane, patienceMs: number): Promise<void> {
    const until = performance.now() + patienceMs;
    return this.turns.run([`${bucket.key}|${lane}`], () => this.taken(bucket, lane, until));
  }

  /** The milliseconds until a push finds room; 0: now. Takes nothing. */
  async untilRoom(bucket: Bucket): Promise<number> {
    return this.ask(LOOK, bucket, termsOf('push')).catch(() => STORE_AWAY_MS);
  }

  /**
   * Records what the platform reported about its bucket. A report is lost while Redis is unreachable; the
   * next answer repeats it.
   */
  async note(bucket: Bucket, { size, remaining }: BucketReport): Promise<void> {
    if (size === null && remaining === null) return;
    await this.ask(REPORT, bucket, [size ?? '', remaining ?? '']).catch(() => undefined);
  }

  private async taken(bucket: Bucket, lane: Lane, until: number): Promise<void> {
    for (;;) {
      const waitMs = await this.ask(TAKE, bucket, termsOf(lane)).catch(() => STORE_AWAY_MS);
      if (waitMs <= 0) return;
      if (performance.now() + waitMs > until) throw new NoRoomError(await this.turn(bucket, lane));
      await sleep(waitMs);
    }
  }

  private async turn(bucket: Bucket, lane: Lane): Promise<number> {
    const waitMs = await this.ask(TURN, bucket, [LEFT_TO_OTHERS[lane], lane]).catch(() => STORE_AWAY_MS);
    return Math.max(1, waitMs);
  }

  private async ask(
    script: string,
    { key, size, emptiesInMs }: Bucket,
    more: readonly (string | number)[],
  ): Promise<number> {
    const answer = await this.runScript(script, [`stock-orchestrator:limit:${key}`], [size, emptiesInMs, ...more]);
    return Number(answer);
  }
}

function termsOf(lane: Lane): readonly (string | number)[] {
  return [LEFT_TO_OTHERS[lane], lane === 'push' ? 'paced' : ''];
}
