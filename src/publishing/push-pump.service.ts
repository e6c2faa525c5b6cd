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
      // One process at a time spends a limit; without one, the leases of the listings are enough.
      if (!bound.connector.planPush) return await this.rounds(bound, state, () => true);
      const outcome = await underLease(
        this.connections.lease(connectionId, 'push'),
        (isOurs) => this.rounds(bound, state, isOurs),
        leaseTimes.claimMs(),
      );
      if (outcome) return outcome;
      this.wakeups.wakeAt(connectionId, new Date(Date.now() + RETRY_AFTER_MS.busyChannel));
      return outcomeOf(connectionId, [], { busy: true });
    } finally {
      this.running.delete(connectionId);
    }
  }

  /** @param mayPush false: another process may spend the limit by now */
  private async rounds(
    first: Bound<ChannelConnector>,
    state: { again: boolean },
    mayPush: () => boolean,
  ): Promise<JobOutcome> {
    const { id } = first.connection;
    const published: PublishLine[] = [];
    for (;;) {
      const bound = this.connections.channel(id) ?? first;
      state.again = false;
      const blocked = (await this.connections.blockedUntil(id)) ?? (await this.pace.roomAt(bound));
      if (blocked) return waiting(id, published, blocked);
      await this.pace.awaitInterval(bound.connection);
      const owner = pushId();
      const claim = await this.dueListings.claim(bound, owner);
      if (claim.listings.length === 0) {
        const { again = null, closed = false } = claim.choice ?? {};
        if (state.again && !closed) continue;
        if (!again) return outcomeOf(id, published);
        if (closed) this.pace.close(id, again);
        else this.wakeups.wakeAt(id, again);
        return waiting(id, published, again);
      }
      checkpoint('push.claimed');
      // Read again: a mode decided before the claim must not decide these numbers.
      const current = this.connections.channel(id) ?? bound;
      const due = await this.dueListings.due(current, owner, claim);
      if (!mayPush()) {
        await this.dueListings.giveBack(owner);
        this.pace.halve(id, claim.listings.length);
        this.wakeups.wakeAt(id, new Date(Date.now() + RETRY_AFTER_MS.busyChannel));
        return outcomeOf(id, published, { busy: true });
      }
      if (due.length === 0) continue;
      const result = await this.sender.send(current, owner, due);
      if (result === 'failed') return trouble(id, published, { failed: due.length });
      if (result === 'sent') published.push(...due);
    }
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
