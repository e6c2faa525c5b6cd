import { Injectable } from '@nestjs/common';
import { AlertsService } from '../alerts/alerts.service.js';
import { CommandsService } from '../commands/commands.service.js';
import { distinct } from '../common/collections.js';
import { ConflictError, InvalidInputError } from '../common/errors.js';
import { AccountsService, KNOWN_EVERYWHERE_MS, type Account } from '../connections/accounts.service.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { type Publishing } from '../connectors/contract.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { IN_SHADOW } from '../fulfilment/delivery-worker.service.js';
import { PumpWakeups } from '../publishing/pump-wakeups.service.js';
import { PendingOrders } from '../webhook-events/pending-orders.repository.js';
import { OpenOrders, type Decisions } from './open-orders.service.js';

export interface Published {
  readonly id: string;
  readonly publishing: Publishing;
  /** How many SKUs it is live for; null: all. */
  readonly liveSkus: number | null;
  readonly cutover: string | null;
  /** What became of the orders that were open before. */
  readonly orders: { readonly handled: number; readonly counted: number };
}

const NONE = { handled: 0, counted: 0 };

/** The steps that somebody takes between shadow, live and zero. */
@Injectable()
export class GoLive {
  constructor(
    private readonly accounts: AccountsService,
    private readonly connections: ConnectionsService,
    private readonly listings: ListingsRepository,
    private readonly openOrders: OpenOrders,
    private readonly orders: OrdersRepository,
    private readonly commands: CommandsService,
    private readonly arrived: PendingOrders,
    private readonly pumps: PumpWakeups,
    private readonly alerts: AlertsService,
  ) {}

  /**
   * Takes a connection live, whole or for some SKUs more. Each step may be repeated: the same call again makes good what a crash left.
   * @throws ConflictError while it cannot be: it is paused, held back by the environment, its orders were not read yet, or open ones wait for
   * a decision
   * @throws InvalidInputError for SKUs that it does not sell
   */
  async live(account: Account, skus: readonly string[] | undefined, decisions: Decisions): Promise<Published> {
    await this.refuseUnfit(account, 'live');
    const isChannel = this.connections.channel(account.id) !== null;
    if (skus && !isChannel)
      throw new InvalidInputError([{ field: 'skus', expected: 'must be left out: only channels go live by SKU' }]);
    if (skus) await this.checkSkus(account.id, skus);
    const begins = account.decided === 'shadow';
    if (isChannel && begins) await this.refuseUnread(account.id);
    // Going live for some, an order with others in it stays open for the next step.
    const whole = skus === undefined && isChannel && account.decided !== 'zero';
    const orders = whole || begins ? await this.openOrders.decide(account.id, decisions) : NONE;
    const liveSkus = skus
      ? distinct([...(account.liveSkus ?? []), ...skus])
      : account.decided === 'zero'
        ? [...(account.liveSkus ?? [])]
        : [];
    await this.accounts.set(account.id, {
      $set: {
        publishing: 'live',
        ...(begins ? { cutover: new Date() } : {}),
        ...(liveSkus.length > 0 ? { liveSkus } : {}),
      },
      $unset: { awaySince: '', ...(liveSkus.length > 0 ? {} : { liveSkus: '' }) },
    });
    return this.published(account.id, orders);
  }

  /** Stops selling at once, and goes on counting. @throws ConflictError while it cannot be used */
  async zero(account: Account): Promise<Published> {
    await this.refuseUnfit(account, 'zero');
    if (account.decided === 'shadow')
      throw new ConflictError(
        'in-shadow',
        'Nothing was ever told to it',
        `${account.id} is in shadow: it sells what it was given elsewhere, and is stopped there`,
      );
    await this.accounts.set(account.id, { $set: { publishing: 'zero' } });
    return this.published(account.id, NONE);
  }

  /** Nothing is written outside any more. What the channel shows stays as it was told last. */
  async shadow(account: Account): Promise<Published> {
    await this.accounts.set(account.id, { $set: { publishing: 'shadow' }, $unset: { liveSkus: '' } });
    return this.published(account.id, NONE);
  }

  /** Its listings are told anew, and what waited for it goes on. */
  private async published(id: string, orders: Published['orders']): Promise<Published> {
    const account = this.accounts.find(id);
    if (!account) throw new Error(`${id} is gone`);
    if (this.connections.channel(id)) {
      await this.listings.wantAll(id);
      this.pumps.wake([id]);
      this.tellOnceMore(id);
    } else if (account.publishing !== 'shadow')
      await Promise.all([this.orders.deliver.wake(IN_SHADOW), this.commands.takeUpHeld()]);
    if (account.publishing !== 'shadow') await this.alerts.close('long_pause', id);
    return {
      id,
      publishing: account.publishing,
      liveSkus: account.liveSkus?.size ?? null,
      cutover: account.cutover?.toISOString() ?? null,
      orders,
    };
  }

  /** Another process may not have heard of it yet, and settle by how it was: once all have, everything is marked again. A crash leaves it to the next start. */
  private tellOnceMore(id: string): void {
    const again = async (): Promise<void> => {
      await this.listings.wantAll(id);
      await this.connections.notePublishing(id);
      this.pumps.wake([id]);
    };
    setTimeout(() => void again().catch(() => undefined), 2 * KNOWN_EVERYWHERE_MS).unref();
  }

  private async refuseUnfit({ id }: Account, wanted: 'live' | 'zero'): Promise<void> {
    const most = this.accounts.most;
    if (most === 'shadow' || (most === 'zero' && wanted === 'live'))
      throw new ConflictError(
        'held-back',
        'The environment holds it back',
        `PUBLISHING=${most} lets no connection go ${wanted} here`,
      );
    if ((await this.connections.blockedUntil(id)) === 'paused')
      throw new ConflictError(
        'paused',
        'The connection is paused',
        `${id} cannot be used now: mend or resume it first`,
      );
  }

  /** What is not known cannot be decided about. */
  private async refuseUnread(id: string): Promise<void> {
    const bound = this.connections.channel(id);
    if (!bound?.connector.changedOrders) return;
    const isRead = (await this.connections.facts(id))?.polledAt !== undefined && !(await this.arrived.isReading(id));
    if (!isRead)
      throw new ConflictError(
        'not-read-yet',
        'Its orders are still being read',
        `Try again in a minute: every open order of ${id} is looked at first`,
      );
  }

  private async checkSkus(id: string, skus: readonly string[]): Promise<void> {
    const known = await this.listings.findThese(id, skus);
    const sold = new Set(known.map(({ sku }) => sku));
    const strange = distinct(skus.filter((sku) => !sold.has(sku)));
    if (strange.length > 0)
      throw new InvalidInputError([
        { field: 'skus', expected: `must be sold by ${id}: it has no ${strange.slice(0, 20).join(', ')}` },
      ]);
  }
}
