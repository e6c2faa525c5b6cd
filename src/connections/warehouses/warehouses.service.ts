import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model } from 'mongoose';
import { ConflictError, NotFoundError } from '../../common/errors.js';
import { isDuplicateKey } from '../../common/mongo/native.js';
import { PeriodicTask } from '../../common/periodic-task.js';
import { MAIN_WAREHOUSE, Warehouse, WAREHOUSES_SCHEMA_VERSION, type ErpWarehouse } from './warehouse.schema.js';
import { clashOf, masterOf, type WarehouseFields } from './warehouse-rules.js';

/** How soon another process's change is noticed, in milliseconds. */
const FRESH_MS = 2_000;

/** The warehouses, cached: they are few, and every plan and every push needs them. */
@Injectable()
export class WarehousesService implements BeforeApplicationShutdown {
  private list: readonly Warehouse[] = [];
  private readonly task = new PeriodicTask(() => this.refresh(), {
    everyMs: FRESH_MS,
    logger: new Logger('Warehouses'),
    failure: 'the warehouses were not read again',
    level: 'debug',
  });

  constructor(@InjectModel(Warehouse.name) private readonly model: Model<Warehouse>) {}

  /** Creates the main warehouse if it is missing, and follows the ERP of the environment. */
  async begin(erp: ErpWarehouse | null): Promise<void> {
    const now = new Date();
    const fresh = {
      name: 'Main',
      priority: 0,
      active: true,
      channels: [],
      createdAt: now,
      schemaVersion: WAREHOUSES_SCHEMA_VERSION,
    };
    await this.upsert({ $setOnInsert: { ...fresh, updatedAt: now, erpFromEnvironment: true } });
    await this.refresh();
    const main = this.find(MAIN_WAREHOUSE);
    await this.model.updateOne(
      { _id: MAIN_WAREHOUSE, erpFromEnvironment: true },
      erp
        ? { $set: { erp, ...formerMaster(main, erp) }, $unset: { erpAway: '' } }
        : { $unset: { erp: '' }, ...(main?.erp ? { $set: { erpAway: main.erp.connection } } : {}) },
    );
    await this.refresh();
    this.task.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** All of them, the first to serve from first. */
  all(): readonly Warehouse[] {
    return this.list;
  }

  active(): readonly Warehouse[] {
    return this.list.filter((warehouse) => warehouse.active);
  }

  find(code: string): Warehouse | undefined {
    return this.list.find((warehouse) => warehouse._id === code);
  }

  /** As another process may just have changed it. */
  async fresh(code: string): Promise<Warehouse | undefined> {
    await this.refresh();
    return this.find(code);
  }

  /** The warehouses that a channel sells from: those it has a name for, or all if it has none. */
  servedTo(connection: string): readonly Warehouse[] {
    const active = this.active();
    const named = active.filter((warehouse) => warehouse.channels.some((channel) => channel.connection === connection));
    return named.length > 0 ? named : active;
  }

  /** @throws ConflictError when the code is taken, or another warehouse has the same location in an ERP or a channel */
  async create(code: string, fields: WarehouseFields): Promise<Warehouse> {
    await this.refresh();
    this.refuseClash(code, fields);
    const now = new Date();
    const made: Warehouse = {
      _id: code,
      ...withoutNull(fields),
      createdAt: now,
      updatedAt: now,
      schemaVersion: WAREHOUSES_SCHEMA_VERSION,
    };
    try {
      await this.model.create(made);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      throw new ConflictError('problems.warehouse-exists.detail', { warehouse: code }, { warehouse: code });
    }
    await this.refresh();
    return made;
  }

  /** Changes the given fields. @throws NotFoundError, ConflictError as `create` */
  async change(code: string, fields: Partial<WarehouseFields>): Promise<Warehouse> {
    await this.refresh();
    const found = this.find(code);
    if (!found) throw new NotFoundError('problems.not-found.warehouse', { warehouse: code });
    this.refuseClash(code, { ...found, ...fields });
    const { erp, ...rest } = fields;
    await this.model.updateOne(
      { _id: code },
      {
        $set: {
          ...rest,
          ...(erp ? { erp } : {}),
          ...(erp === undefined ? {} : { erpFromEnvironment: false, ...formerMaster(found, erp) }),
          updatedAt: new Date(),
        },
        ...(erp === undefined ? {} : { $unset: { erpAway: '', ...(erp === null ? { erp: '' } : {}) } }),
      },
    );
    await this.refresh();
    return this.find(code) ?? found;
  }

  /** The entries of a former master have the present one. */
  async noteHandedOver(code: string, formerMaster: string): Promise<void> {
    await this.model.updateOne({ _id: code, formerMaster }, { $unset: { formerMaster: '' } });
    await this.refresh();
  }

  private refuseClash(code: string, fields: Pick<WarehouseFields, 'erp' | 'channels'>): void {
    const clash = clashOf(code, fields, this.list);
    if (clash) throw new ConflictError(clash.code, clash.params, { field: clash.field });
  }

  private async refresh(): Promise<void> {
    this.list = await this.model.find().sort({ priority: 1, _id: 1 }).lean();
  }

  private async upsert(update: object): Promise<void> {
    try {
      await this.model.updateOne({ _id: MAIN_WAREHOUSE }, update, { upsert: true });
    } catch (error) {
      // Another process created it at the same moment.
      if (!isDuplicateKey(error)) throw error;
    }
  }
}

/** What to note when the ERP becomes another one. An earlier change that is not finished is finished first. */
function formerMaster(before: Warehouse | undefined, erp: ErpWarehouse | null): { formerMaster?: string } {
  const former = before?.formerMaster ?? before?.erpAway ?? masterOf({ erp: before?.erp });
  return masterOf({ erp }) === former ? {} : { formerMaster: former };
}

function withoutNull({ erp, ...fields }: WarehouseFields): Omit<WarehouseFields, 'erp'> & { erp?: ErpWarehouse } {
  return erp ? { ...fields, erp } : fields;
}
