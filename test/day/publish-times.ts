import { type StockMovement } from '../../src/stock/schemas.js';
import { type ListingPush } from '../../src/publishing/schemas.js';
import { type Sale } from './truth.js';
import { CHANNELS, FALABELLA, type DayWorld } from './world.js';

/** When a number that includes a sale was in force at each channel. */
export class PublishTimes {
  private constructor(
    private readonly pushes: ReadonlyMap<string, readonly (ListingPush & { readonly effectAt: number })[]>,
    private readonly reserved: ReadonlyMap<string, readonly StockMovement[]>,
  ) {}

  static async read({ shop }: DayWorld): Promise<PublishTimes> {
    const feeds = new Map(shop.sandbox.world.falabella.state.feeds.map((feed) => [feed.id, feed]));
    const pushes = new Map<string, (ListingPush & { effectAt: number })[]>();
    for (const push of await shop.books.pushes()) {
      const feed = push.connection === FALABELLA ? feeds.get(push.ref ?? '') : undefined;
      const effectAt = push.connection === FALABELLA ? feed?.finishAt : push.answeredAt?.getTime();
      if (effectAt === undefined || push.state !== 'accepted') continue;
      for (const { sku, refused } of push.items) {
        if (refused !== undefined) continue;
        const key = `${push.connection}/${sku}`;
        pushes.set(key, [...(pushes.get(key) ?? []), { ...push, effectAt }]);
      }
    }
    const reserved = new Map<string, StockMovement[]>();
    for (const movement of await shop.books.movements({ kind: 'reserve' })) {
      const key = `${movement.cause.orderId ?? ''}/${movement.sku}`;
      reserved.set(key, [...(reserved.get(key) ?? []), movement]);
    }
    return new PublishTimes(pushes, reserved);
  }

  /** Null: the channel never needed an update, as the order came to nothing or its number was right already. */
  publishedAt({ order, sku, at }: Sale, channel: string): number | null {
    const movement = this.reserved.get(`${order}/${sku}`)?.find((one) => one.at.getTime() >= at);
    if (!movement) return null;
    const times = (this.pushes.get(`${channel}/${sku}`) ?? [])
      .filter((push) => push.createdAt.getTime() >= movement.at.getTime() && push.orderIds.includes(order))
      .map(({ effectAt }) => effectAt);
    return times.length > 0 ? Math.min(...times) : null;
  }

  /** The sale that a channel did not know of yet when it showed units that were gone. */
  explained(oversold: Sale, sales: readonly Sale[]): { by: Sale; publishedAfterMs: number } | null {
    for (const by of sales) {
      if (by.sku !== oversold.sku || by === oversold || by.at > oversold.at) continue;
      const publishedAt = this.publishedAt(by, oversold.channel);
      if (publishedAt !== null && publishedAt >= oversold.at) return { by, publishedAfterMs: publishedAt - by.at };
    }
    return null;
  }

  /** Milliseconds from each sale until another channel received it, shortest first; by channel. */
  times(sales: readonly Sale[]): Map<string, number[]> {
    return new Map(
      CHANNELS.map((channel) => [
        channel,
        sales
          .filter((sale) => sale.channel !== channel)
          .map((sale) => ({ sale, publishedAt: this.publishedAt(sale, channel) }))
          .flatMap(({ sale, publishedAt }) => (publishedAt === null ? [] : [publishedAt - sale.at]))
          .sort((a, b) => a - b),
      ]),
    );
  }
}
