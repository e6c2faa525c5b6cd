import { randomBytes } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AlertsService } from '../alerts/alerts.service.js';
import { currentContext } from '../common/context.js';
import { ConflictError, NotFoundError } from '../common/errors.js';
import { AccountsService, type Account } from '../connections/accounts.service.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { WarehousesService } from '../connections/warehouses/warehouses.service.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { longAwayText } from '../alerts/alert-texts.js';
import { CatalogueService } from '../publishing/catalogue.service.js';
import { Pauses } from '../outages/pauses.service.js';
import { PumpWakeups } from '../publishing/pump-wakeups.service.js';
import { type ConnectionChangeDto, type ConnectionDto } from './connection.dto.js';
import { givenTexts, textsOf } from './setting-texts.js';

/** What somebody does with a connection, with everything that follows from it. */
@Injectable()
export class ConnectionSetup implements OnApplicationBootstrap {
  constructor(
    private readonly accounts: AccountsService,
    private readonly connections: ConnectionsService,
    private readonly listings: ListingsRepository,
    private readonly orders: OrdersRepository,
    private readonly warehouses: WarehousesService,
    private readonly catalogue: CatalogueService,
    private readonly pumps: PumpWakeups,
    private readonly pauses: Pauses,
    private readonly alerts: AlertsService,
  ) {}

  /** Nobody was here for so long that some have begun in shadow again. */
  async onApplicationBootstrap(): Promise<void> {
    for (const { id, decided } of this.accounts.all()) {
      const { awaySince } = (await this.connections.facts(id)) ?? {};
      if (awaySince && decided === 'shadow') await this.alerts.raise('long_pause', id, longAwayText(awaySince));
    }
  }

  /** @throws NotFoundError for a connection that is not there */
  one(id: string): Account {
    const account = this.accounts.find(id);
    if (account) return account;
    const problem = this.accounts.problemOf(id);
    if (problem !== undefined)
      throw new ConflictError('unusable', 'The connection cannot be used', `${id}: ${problem}`);
    throw new NotFoundError(`there is no connection ${id.slice(0, 100)}`);
  }

  /** @throws InvalidInputError naming each setting at fault, ConflictError where the id was used before */
  async create({
    connector,
    id = madeUp(connector),
    name = connector,
    settings,
    credentials,
  }: ConnectionDto): Promise<Account> {
    const account = await this.accounts.create(
      id,
      connector,
      name,
      givenTexts(textsOf(connector, settings, credentials)),
    );
    this.begin(account);
    return account;
  }

  /** What is left out stays as it is. @throws as `create` */
  async change(id: string, { name, settings, credentials }: ConnectionChangeDto): Promise<Account> {
    const { connector } = this.known(id);
    const texts = textsOf(connector, settings, credentials);
    const account = await this.accounts.change(id, {
      ...(name === undefined ? {} : { name }),
      ...(Object.keys(texts).length > 0 ? { texts } : {}),
    });
    this.begin(account);
    await this.pauses.sayAsItIs(id);
    return account;
  }

  /**
   * Forgets its credentials and its listings. Its orders stay, and what was counted for them.
   * @throws ConflictError while something is still to be done for it, or a warehouse hangs on it
   */
  async remove(id: string): Promise<void> {
    const { origin } = this.known(id);
    if (origin === 'environment')
      throw new ConflictError(
        'from-environment',
        'The environment describes it',
        `${id} goes when its variables are removed`,
      );
    const fed = this.warehouses.all().find(({ erp }) => erp?.connection === id);
    if (fed)
      throw new ConflictError(
        'in-use',
        'A warehouse hangs on it',
        `${id} decides what is in ${fed._id}: give that one another master first`,
      );
    if (await this.orders.isWorking(id))
      throw new ConflictError(
        'in-use',
        'Its orders are not finished',
        `Orders of ${id} still hold units or wait for a delivery: see GET /orders?connection=${id}&waiting=true`,
      );
    await this.accounts.remove(id);
    await this.listings.forget(id);
  }

  /** Nothing is asked of it until somebody resumes it; its webhooks are kept. */
  async pause(id: string, reason: string): Promise<Account> {
    this.one(id);
    await this.accounts.set(id, {
      $set: { stopped: { reason, actor: currentContext().actor ?? 'anonymous', at: new Date() } },
    });
    this.connections.lookAnew(id);
    return this.one(id);
  }

  /** Goes on. After a long pause it begins in shadow again: its open orders have to be looked through first. */
  async resume(id: string): Promise<Account> {
    this.one(id);
    const facts = await this.connections.facts(id);
    const since = facts?.stopped?.at ?? facts?.paused?.at;
    const wasLong = await this.accounts.beginAnewAfter(id, since);
    await this.accounts.set(id, { $unset: { stopped: '', paused: '' } });
    this.connections.lookAnew(id);
    await this.pauses.sayAsItIs(id);
    if (since && wasLong) await this.alerts.raise('long_pause', id, longAwayText(since));
    this.begin(this.one(id));
    return this.one(id);
  }

  /** What it sells is read now. */
  private begin({ id }: Account): void {
    if (!this.connections.channel(id)) return;
    this.catalogue.soon(id);
    this.pumps.wake([id]);
  }

  /** Also one that cannot be used as it is stored: new settings may be what it lacks. */
  private known(id: string): { readonly connector: string; readonly origin: 'environment' | 'stored' } {
    const broken = this.accounts.unusable().find((state) => state._id === id);
    return broken ? { connector: broken.connector, origin: 'stored' } : this.one(id);
  }
}

function madeUp(connector: string): string {
  return `${connector}-${randomBytes(3).toString('hex')}`;
}
