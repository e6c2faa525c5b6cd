import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PeriodicTask } from '../../common/periodic-task.js';
import { currentRequestRecord } from '../../common/context.js';
import { ConflictError, InvalidInputError, NotFoundError, type FieldProblem } from '../../common/errors.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { ListingsRepository } from '../../listings/listings.repository.js';
import { ConnectorRegistry } from '../../connectors/registry.js';
import { type Warehouse } from '../../connections/warehouses/warehouse.schema.js';
import { masterOf, type WarehouseFields } from '../../connections/warehouses/warehouse-rules.js';
import { WarehousesService } from '../../connections/warehouses/warehouses.service.js';
import { EntriesRepository } from '../../stock/entries.repository.js';
import { MasterChange } from '../../fulfilment/master-change.service.js';
import { PumpWakeups } from '../../publishing/pump-wakeups.service.js';
import { servedAs } from './served.js';
import { WarehouseEntriesRepository } from './warehouse-entries.repository.js';

const CHUNK = 1_000;
/** How soon what another process has left unfinished is finished, in milliseconds. */
const FINISH_MS = 30_000;

/**
 * A person's decision about a warehouse, with all its consequences: what is read again, and which channels
 * receive new numbers.
 */
@Injectable()
export class WarehouseSetup implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new PeriodicTask(() => this.finishHandOvers(), {
    everyMs: FINISH_MS,
    logger: new Logger('Warehouses'),
    failure: 'a hand-over was not finished',
    byWorkersOnly: true,
  });

  constructor(
    private readonly warehouses: WarehousesService,
    private readonly entries: EntriesRepository,
    private readonly ofWarehouse: WarehouseEntriesRepository,
    private readonly connections: ConnectionsService,
    private readonly registry: ConnectorRegistry,
    private readonly listings: ListingsRepository,
    private readonly pumps: PumpWakeups,
    private readonly masters: MasterChange,
  ) {}

  /**
   * @throws InvalidInputError for an unknown connection, or one of another role
   * @throws ConflictError when the code or one of its locations is taken
   */
  async create(code: string, fields: WarehouseFields): Promise<Warehouse> {
    this.check(fields);
    const made = await this.republishing(() => this.warehouses.create(code, fields));
    if (made.erp) await this.fill(code, made.erp.connection);
    audit(made, null);
    return made;
  }

  /**
   * Changes the given fields. Each step can be repeated: the same change again completes an interrupted
   * one. @param handOver what was counted so far gets the new master
   * @throws NotFoundError, InvalidInputError and ConflictError as `create`
   * @throws ConflictError when counted stock would get another master without `handOver`, or no warehouse would be
   * left to sell from
   */
  async change(code: string, fields: Partial<WarehouseFields>, handOver = false): Promise<Warehouse> {
    const before = await this.warehouses.fresh(code);
    if (!before) throw new NotFoundError('problems.not-found.warehouse', { warehouse: code.slice(0, 60) });
    this.check(fields);
    if (fields.active === false) this.keepOneActive(code);
    const isMastered = fields.erp !== undefined && masterOf(fields) !== masterOf(before);
    if (isMastered && !handOver) await this.refuseIfMoved(code);
    await this.handOver(before);
    const after = await this.republishing(() => this.warehouses.change(code, fields));
    await this.handOver(after);
    if (fields.erp) {
      await this.fill(code, fields.erp.connection);
      if (before.erp?.code !== fields.erp.code) await this.masters.reread(code, fields.erp.connection);
    }
    audit(after, before);
    return after;
  }

  onApplicationBootstrap(): Promise<void> {
    return this.task.startWithRun();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** The environment names another ERP than before, or a process ended in the middle of a change. */
  private async finishHandOvers(): Promise<void> {
    for (const warehouse of this.warehouses.all().filter(({ formerMaster }) => formerMaster !== undefined)) {
      await this.handOver(warehouse);
      if (warehouse.erp) await this.fill(warehouse._id, warehouse.erp.connection);
    }
  }

  /** Gives the entries of a former master the present one. The others are counted by whom a person has named. */
  private async handOver(warehouse: Warehouse): Promise<void> {
    const { _id, formerMaster } = warehouse;
    if (formerMaster === undefined) return;
    await this.masters.ofWarehouse(_id, { from: formerMaster, to: masterOf(warehouse) });
    await this.warehouses.noteHandedOver(_id, formerMaster);
  }

  /** Channels for which the change makes a difference are told anew. */
  private async republishing(change: () => Promise<Warehouse>): Promise<Warehouse> {
    const ids = this.connections.channels().map(({ connection }) => connection.id);
    const served = () => new Map(ids.map((id) => [id, servedAs(id, this.warehouses.servedTo(id))]));
    const before = served();
    const changed = await change();
    const after = served();
    for (const id of ids.filter((one) => before.get(one) !== after.get(one))) {
      await this.listings.requestPublishAll(id);
      this.pumps.wake([id]);
    }
    return changed;
  }

  /** Everything that the ERP masters elsewhere is counted here, too, once it was read. */
  private async fill(warehouse: string, master: string): Promise<void> {
    let after = '';
    for (;;) {
      const { skus, last } = await this.ofWarehouse.skusOf(master, after, CHUNK);
      if (last === null) return;
      await this.entries.ensure(skus.map((sku) => ({ sku, warehouse, master })));
      after = last;
    }
  }

  private check({ erp, channels = [] }: Partial<WarehouseFields>): void {
    const problems: FieldProblem[] = [];
    if (erp && !this.isErp(erp.connection))
      problems.push({ field: 'erp.connection', expected: 'must be a configured ERP connection' });
    channels.forEach(({ connection }, position) => {
      if (!this.connections.channel(connection))
        problems.push({ field: `channels[${position}].connection`, expected: 'must be a configured channel' });
    });
    if (problems.length > 0) throw new InvalidInputError(problems);
  }

  private isErp(id: string): boolean {
    const connection = this.connections.find(id);
    return connection !== undefined && this.registry.erp(connection) !== null;
  }

  private keepOneActive(code: string): void {
    if (this.warehouses.active().some((warehouse) => warehouse._id !== code)) return;
    throw new ConflictError('problems.last-warehouse.detail');
  }

  /** A count by one master may mean nothing to another. */
  private async refuseIfMoved(code: string): Promise<void> {
    if (!(await this.ofWarehouse.everMoved(code))) return;
    throw new ConflictError('problems.warehouse-in-use.detail', { warehouse: code }, { warehouse: code });
  }
}

/** The request's log shows the actor, the change and the earlier values. */
function audit(after: Warehouse, before: Warehouse | null): void {
  const record = currentRequestRecord();
  if (!record) return;
  const shown = ({ _id, priority, active, erp, channels }: Warehouse) => ({
    code: _id,
    priority,
    active,
    erp: erp ?? null,
    channels,
  });
  record.request = shown(after);
  record.response = { before: before && shown(before) };
}
