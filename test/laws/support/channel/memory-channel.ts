import { NO_SETTINGS } from '../no-settings.js';
import {
  type ChannelConnector,
  type ChannelListing,
  type Page,
  type PushOutcome,
  type PushReceipt,
  type FailureAction,
  type StockPush,
} from '../../../../src/connectors/contract.js';
import { type Timeline } from '../time/timeline.js';
import { type ChannelWorld } from './channel-world.js';

/** The connector to a channel in memory. */
export class MemoryChannelConnector implements ChannelConnector {
  readonly manifest = {
    name: 'channel',
    label: 'Channel',
    role: 'channel' as const,
    webhooks: [],
    pushBatchSize: 2,
    pushLimitMs: 60_000,
    settings: NO_SETTINGS,
  };

  constructor(
    private readonly world: ChannelWorld,
    private readonly timeline: Timeline,
  ) {}

  verify() {
    return { authentic: true as const };
  }

  decode(): never {
    throw new Error('webhooks of a channel in memory come decoded');
  }

  classify(): FailureAction {
    return { do: 'retry' };
  }

  pushStock(items: readonly StockPush[]): Promise<PushReceipt> {
    const { world, timeline } = this;
    world.onSend(items);
    return timeline.call(
      'erp',
      `tell ${world.id} ${items.map(({ sku, quantity }) => `${quantity} x ${sku}`).join(', ')}`,
      () => {
        const { ref, done } = world.take(items);
        return { ref, ...(done ? { outcome: { state: 'finished' as const, rejected: [] } } : {}) };
      },
    );
  }

  pushOutcome(ref: string): Promise<PushOutcome> {
    const { world, timeline } = this;
    return timeline.call('erp', `ask ${world.id} about ${ref}`, () =>
      world.feeds.find((feed) => feed.ref === ref)?.done
        ? { state: 'finished' as const, rejected: [] }
        : { state: 'pending' as const },
    );
  }

  async listListings(): Promise<Page<ChannelListing>> {
    return { items: [], nextCursor: null };
  }
}
