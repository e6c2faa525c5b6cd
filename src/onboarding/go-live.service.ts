import { Injectable } from '@nestjs/common';
import { distinct } from '../common/collections.js';
import { ConflictError, InvalidInputError } from '../common/errors.js';
import { ConnectionChanges } from '../connections/connection-changes.service.js';
import { type ConnectionRecord } from '../connections/connection.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { type Publishing } from '../connectors/contract.js';
import { GoLiveChecks } from './go-live-checks.service.js';
import { ModeChange } from './mode-change.service.js';
import { OpenOrders, type Decisions } from './open-orders.service.js';

/** The mode of a connection after a change. */
export interface Published {
  readonly id: string;
  readonly publishing: Publishing;
  /** How many SKUs it is live for; null: all. */
  readonly liveSkus: number | null;
  readonly cutover: string | null;
  /** How many open orders of before were decided, by decision. */
  readonly orders: { readonly handled: number; readonly counted: number };
}

const NONE = { handled: 0, counted: 0 };

/** Changes a connection between shadow, live and stopped, as a person asks. */
@Injectable()
export class GoLive {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly changes: ConnectionChanges,
    private readonly checks: GoLiveChecks,
    private readonly openOrders: OpenOrders,
    private readonly modeChange: ModeChange,
  ) {}

  /**
   * Takes a connection live, whole or for some more SKUs. Every step is repeatable: the same call again completes one that a crash cut off.
   * @throws ConflictError while it is paused or suspended, the environment allows less, its orders are not read yet, or open orders wait for
   * a decision
   * @throws InvalidInputError for SKUs that it does not sell
   */
  async live(
    connection: ConnectionRecord,
    skus: readonly string[] | undefined,
    decisions: Decisions,
  ): Promise<Published> {
    const { id, decided } = connection;
    await this.checks.checkUsable(id, 'live');
    const isChannel = this.connections.channel(id) !== null;
    if (skus && !isChannel)
      throw new InvalidInputError([{ field: 'skus', expected: 'must be left out: only channels go live by SKU' }]);
    if (skus) await this.checks.checkSkus(id, skus);
    const begins = decided === 'shadow';
    if (isChannel && begins) await this.checks.checkOrdersRead(id);
    // While it goes live for some SKUs, an order that also has others stays open for the next step.
    const isWhole = skus === undefined && isChannel && decided !== 'stopped';
    const orders = isWhole || begins ? await this.openOrders.decide(id, decisions) : NONE;
    const liveSkus = liveSkusAfter(connection, skus);
    await this.changes.update(id, {
      $set: {
        publishing: 'live',
        ...(begins ? { cutover: new Date() } : {}),
        ...(liveSkus.length > 0 ? { liveSkus } : {}),
      },
      $unset: { awaySince: '', ...(liveSkus.length > 0 ? {} : { liveSkus: '' }) },
    });
    return this.changed(id, orders);
  }

  /** Publishes 0 for every listing at once. Sales are still counted. @throws ConflictError in shadow, and while it cannot be used */
  async stopSelling({ id, decided }: ConnectionRecord): Promise<Published> {
    await this.checks.checkUsable(id, 'stopped');
    if (decided === 'shadow') throw new ConflictError('problems.in-shadow.detail', { connection: id });
    await this.changes.update(id, { $set: { publishing: 'stopped' } });
    return this.changed(id, NONE);
  }

  /** Publishes the real numbers again, for the SKUs that were live. @throws ConflictError unless selling is stopped, and as `live` */
  async sellAgain(connection: ConnectionRecord): Promise<Published> {
    const { id, decided } = connection;
    if (decided !== 'stopped')
      throw new ConflictError('problems.not-stopped.detail', { connection: id, mode: decided });
    return this.live(connection, undefined, { rest: null, named: new Map() });
  }

  /** Writes nothing outside any more. The channel goes on showing the last published numbers. */
  async shadow({ id }: ConnectionRecord): Promise<Published> {
    await this.changes.update(id, { $set: { publishing: 'shadow' }, $unset: { liveSkus: '' } });
    return this.changed(id, NONE);
  }

  private async changed(id: string, orders: Published['orders']): Promise<Published> {
    const { publishing, liveSkus, cutover } = await this.modeChange.apply(id);
    return { id, publishing, liveSkus: liveSkus?.size ?? null, cutover: cutover?.toISOString() ?? null, orders };
  }
}

/** The SKUs that it is live for after going live; none: for all. From stopped it goes back to those of before. */
function liveSkusAfter({ liveSkus, decided }: ConnectionRecord, skus: readonly string[] | undefined): string[] {
  if (skus) return distinct([...(liveSkus ?? []), ...skus]);
  return decided === 'stopped' ? [...(liveSkus ?? [])] : [];
}
