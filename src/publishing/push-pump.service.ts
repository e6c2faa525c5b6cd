import { Injectable } from '@nestjs/common';
import { checkpoint } from '../common/checkpoint.js';
import { distinct } from '../common/collections.js';
import { underLease } from '../common/lease.js';
import { leaseTimes } from '../common/lease-times.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { type ChannelConnector } from '../connectors/contract.js';
import { type Bound } from '../connectors/registry.js';
import { ConnectionListings } from '../listings/connection-listings.repository.js';
import { JobHandler } from '../queues/job-handler.decorator.js';
import { type JobOutcome } from '../queues/job-outcome.js';
import { DueListings } from './due-listings.service.js';
import { contextOf, type PublishLine } from './publish-line.js';
import { PumpWakeups } from './pump-wakeups.service.js';
import { type PushChoice } from './push-planner.service.js';
import { PushPace } from './push-pace.service.js';
import { PushSender } from './push-sender.service.js';
import { pushId } from './pushes.repository.js';
import { RETRY_AFTER_MS } from '../config/retry-delays.js';

/** Publishes what is available to channels. A number is read when it is sent, so all changes since the last push go together. */
@Injectable()
export class PushPump {
  private readonly running = new Map<string, { again: boolean }>();

  constructor(
    private readonly connections: ConnectionsService,
    private readonly channelListings: ConnectionListings,
    private readonly dueListings: DueListings,
    private readonly sender: PushSender,
    private readonly pace: PushPace,
    private readonly wakeups: PumpWakeups,
  ) {}

  /** Publishes everything that waits for a channel. A channel has one pump at a time; a running one goes round once more. */
  @JobHandler('pushes')
  async pump(connectionId: string): Promise<JobOutcome> {
    const bound = this.connections.channel(connectionId);
    const running = this.running.get(connectionId);
    if (!bound || running) {
      if (running) running.again = true;
      if (!bound) await this.channelListings.archiveIfRemoved(connectionId);
      return outcomeOf(connectionId, []);
    }
    const closedUntil = this.pace.closedUntil(connectionId);
    if (closedUntil) return waiting(connectionId, [], closedUntil);
    const state = { again: false };
    this.running.set(connectionId, state);
    try {
      return await this.rounds(bound, state);
    } finally {
      this.running.delete(connectionId);
    }
  }

  private async rounds(first: Bound<ChannelConnector>, state: { again: boolean }): Promise<JobOutcome> {
    const { id } = first.connection;
    const published: PublishLine[] = [];
    for (;;) {
      const bound = this.connections.channel(id) ?? first;
      state.again = false;
      const blocked = (await this.connections.blockedUntil(id)) ?? (await this.pace.roomAt(bound));
      if (blocked) return waiting(id, published, blocked);
      await this.pace.awaitInterval(bound.connection);
      const choice = await this.dueListings.choose(bound);
      switch (await this.round(bound, choice, published)) {
        case 'again':
          continue;
        case 'failed':
          return trouble(id, published, { failed: true });
        case 'busy':
          this.wakeups.wakeAt(id, new Date(Date.now() + RETRY_AFTER_MS.busyChannel));
          return outcomeOf(id, published, { busy: true });
        case 'nothing': {
          const { again = null, closed = false } = choice ?? {};
          if (state.again && !closed) continue;
          if (!again) return outcomeOf(id, published);
          if (closed) this.pace.close(id, again);
          else this.wakeups.wakeAt(id, again);
          return waiting(id, published, again);
        }
      }
    }
  }

  /**
   * One push. Only one process at a time may use up a channel's limit, so the push holds a lease, and is made only if no other push was begun
   * since the choice. The choice itself is made before: it compares everything that waits, and may take longer than the lease lasts. A channel
   * without a limit needs no lease of its own.
   */
  private async round(
    bound: Bound<ChannelConnector>,
    choice: PushChoice | null,
    published: PublishLine[],
  ): Promise<'nothing' | 'again' | 'busy' | 'failed'> {
    if (!choice) return this.push(bound, null, published, () => true);
    if (choice.publish.length + choice.idle.length === 0) return 'nothing';
    const { id } = bound.connection;
    const push = async (mayPush: () => boolean) =>
      (await this.dueListings.isCurrent(id, choice)) ? this.push(bound, choice, published, mayPush) : 'busy';
    return (await underLease(this.connections.lease(id, 'push'), push, leaseTimes.claimMs())) ?? 'busy';
  }

  /** @param mayPush false: another process may spend the limit by now */
  private async push(
    bound: Bound<ChannelConnector>,
    choice: PushChoice | null,
    published: PublishLine[],
    mayPush: () => boolean,
  ): Promise<'nothing' | 'again' | 'busy' | 'failed'> {
    const { id } = bound.connection;
    const owner = pushId();
    const claim = await this.dueListings.claim(bound, owner, choice);
    if (claim.listings.length === 0) return 'nothing';
    checkpoint('push.claimed');
    // Read again: a mode decided before the claim must not decide these numbers.
    const current = this.connections.channel(id) ?? bound;
    const due = await this.dueListings.due(current, owner, claim);
    if (!mayPush()) {
      await this.dueListings.giveBack(owner);
      this.pace.halve(id, claim.listings.length);
      return 'busy';
    }
    if (due.length === 0) return 'again';
    const result = await this.sender.send(current, owner, due);
    if (result === 'failed') return 'failed';
    if (result === 'sent') published.push(...due);
    return 'again';
  }
}

function waiting(connection: string, published: readonly PublishLine[], until: Date | 'paused'): JobOutcome {
  return trouble(connection, published, {
    waiting: until === 'paused' ? 'reasons.paused' : until.toISOString(),
  });
}

function trouble(connection: string, published: readonly PublishLine[], response: Readonly<Record<string, unknown>>) {
  return { ...outcomeOf(connection, published, response), status: 'pending' as const };
}

function outcomeOf(
  connection: string,
  published: readonly PublishLine[],
  response?: Readonly<Record<string, unknown>>,
): JobOutcome {
  return {
    action: published.length > 0 ? 'stock.pushed' : 'stock.push',
    status: 'success',
    connection,
    productSkus: distinct(published.map(({ listing }) => listing.sku)),
    ...contextOf(published),
    response: {
      published: published.length,
      numbers: published.slice(0, 20).map(({ listing, quantity }) => ({ sku: listing.sku, quantity })),
      ...response,
    },
  };
}
