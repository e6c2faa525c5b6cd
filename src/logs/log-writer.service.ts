import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { LogSink, type LogEntry } from '../common/log-sink.js';
import { LogBuffer } from './log-buffer.js';
import { toLogDocument } from './log-document.js';
import { LogsRepository } from './logs.repository.js';

/** How long the first entry of a group waits for others, in milliseconds. Nothing depends on a log document, and writing a group costs little more than writing one. */
const GATHER_MS = 250;
const GROUP_SIZE = 500;
const MAX_WAITING = 20_000;
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5_000;
const SHUTDOWN_LIMIT_MS = 5_000;

interface Waiter {
  readonly target: number;
  readonly resolve: () => void;
}

/**
 * Writes log documents in groups, beside the work that they describe. While the database is unreachable
 * they wait in bounded memory. Dropped entries are counted and reported once per outage.
 */
@Injectable()
export class LogWriter extends LogSink {
  private readonly logger = new Logger('Logs');
  private readonly buffer = new LogBuffer(MAX_WAITING, MAX_WAITING_BYTES);
  private draining = false;
  private timer: NodeJS.Timeout | null = null;
  private away = false;
  private accepted = 0;
  private waiters: Waiter[] = [];
  private readonly closing = new AbortController();
  private closed = false;

  constructor(private readonly logs: LogsRepository) {
    super();
  }

  write(entry: LogEntry): void {
    try {
      this.buffer.add(toLogDocument(entry));
    } catch (error) {
      // A request must not fail because of its log: an entry that cannot be copied is dropped and counted.
      this.buffer.countDropped(1);
      this.logger.error(`An entry of ${entry.action} could not be made: ${String(error)}`);
      return;
    }
    this.accepted += 1;
    if (!this.draining) this.drainSoon();
  }

  /** Waits until every entry so far is stored or dropped; at most `limitMs`. */
  async settle(limitMs: number): Promise<void> {
    if (this.buffer.length === 0 && !this.draining) return;
    const settled = new Promise<void>((resolve) => this.waiters.push({ target: this.accepted, resolve }));
    this.drainNow();
    const clock = new AbortController();
    await Promise.race([settled, delay(limitMs, undefined, { signal: clock.signal }).catch(() => undefined)]);
    clock.abort();
  }

  /**
   * Stores the remaining entries within 5 s. Call it after requests and jobs have ended, while the
   * database connection is open; Nest has no hook at that moment.
   */
  async end(): Promise<void> {
    this.closing.abort();
    await this.settle(SHUTDOWN_LIMIT_MS);
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    const lost = this.buffer.length + this.buffer.takeDropped();
    if (lost > 0) this.logger.warn(`${lost} log entries are lost: the database did not take them in time`);
  }

  private drainSoon(): void {
    if (this.buffer.length >= GROUP_SIZE) this.drainNow();
    else this.timer ??= setTimeout(() => this.drainNow(), GATHER_MS);
  }

  private drainNow(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.draining) return;
    this.draining = true;
    void this.drain();
  }

  /** Resolves when no full group waits. It never rejects; entries that it cannot store stay in the buffer. */
  private async drain(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (this.buffer.length > 0 && !this.closed) {
      const group = this.buffer.take(GROUP_SIZE);
      try {
        this.buffer.countDropped(await this.logs.insertGroup(group.map(({ document }) => document)));
        this.sayBack();
        retryMs = FIRST_RETRY_MS;
        this.resolveWaiters();
        // Entries that arrived meanwhile wait for others as usual.
        if (this.waiters.length === 0 && this.buffer.length < GROUP_SIZE) break;
      } catch (error) {
        this.buffer.putBack(group);
        this.sayAway(error);
        await this.pause(retryMs);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
    }
    this.draining = false;
    if (this.buffer.length > 0 && !this.closed) this.drainSoon();
  }

  /** A pause that a shutdown cuts short. */
  private async pause(ms: number): Promise<void> {
    try {
      await delay(ms, undefined, { signal: this.closing.signal, ref: false });
    } catch {
      await delay(FIRST_RETRY_MS, undefined, { ref: false });
    }
  }

  private resolveWaiters(): void {
    const finished = this.accepted - this.buffer.length;
    this.waiters = this.waiters.filter(({ target, resolve }) => {
      if (target > finished) return true;
      resolve();
      return false;
    });
  }

  private sayAway(error: unknown): void {
    if (this.away) return;
    this.away = true;
    this.logger.warn(
      `Log entries cannot be stored (${error instanceof Error ? error.name : 'unknown'}): up to ${MAX_WAITING} wait in memory, older ones are given up`,
    );
  }

  private sayBack(): void {
    const lost = this.buffer.takeDropped();
    if (this.away)
      this.logger.warn(`Log entries are stored again${lost > 0 ? `; ${lost} were given up meanwhile` : ''}`);
    else if (lost > 0) this.logger.warn(`${lost} log entries were not taken by the database`);
    this.away = false;
  }
}
