import { LRUCache } from 'lru-cache';
import { InTurn } from '../../../common/in-turn.js';
import { atMost, forgottenAfter } from '../../../common/ttl.js';
import { type ErpTransfer, type TransferResult } from '../../contract.js';
import {
  OdooBusinessError,
  OdooBusyError,
  OdooConflictError,
  OdooProductError,
  OdooSetupError,
  OdooShadowError,
} from '../errors.js';
import { type PickingRow } from '../interfaces/odoo.interface.js';
import { type OdooConnection, type OdooService } from '../odoo.service.js';
import { type ProductDirectory } from '../stock/products.js';
import { ProductTurns } from '../stock/product-turns.js';
import { type Reservations } from '../stock/reservations.js';
import { type Route, type Warehouse, type WarehouseDirectory } from '../stock/warehouses.js';
import { attempt, CarryThrough } from './carry-through.js';
import { TransferBatches } from './transfer-batch.js';
import { type OurPicking, type Recognition, recognise } from './our-picking.js';
import { PickingClient, pickingsOf } from './picking-client.js';
import { isOpen, stageOf, wanted } from './stage.js';

const MAX_ROUNDS = 8;
const NO_PRODUCTS: ReadonlyMap<string, number> = new Map();

interface Cancellation {
  readonly state: 'cancelled' | 'done';
}

/** One transfer in progress. */
interface Job {
  readonly transfer: ErpTransfer;
  readonly connection: OdooConnection;
  readonly client: PickingClient;
  readonly route: Route;
  readonly warehouses: readonly Warehouse[];
}

/**
 * Books transfers exactly once. The unique name guarantees it: a second caller, after a crash or at the
 * same moment, finds the first one's transfer and continues from its state.
 */
export class Transfers {
  /**
   * Names that this process has tried to create. These go alone, and are looked up before they are created. An evicted name goes in a batch,
   * is refused because the name is taken, and then goes alone.
   */
  private readonly attempted = new LRUCache<string, true>({ ...atMost(10_000), ...forgottenAfter(3_600_000) });
  private readonly turns = new ProductTurns();
  /**
   * A transfer is not booked and cancelled at the same moment, at least not by this process: Odoo's
   * reservations become wrong then.
   */
  private readonly names = new InTurn();

  private readonly batches: TransferBatches;

  constructor(
    private readonly odoo: OdooService,
    private readonly warehouses: WarehouseDirectory,
    private readonly products: ProductDirectory,
    private readonly reservations: Reservations,
  ) {
    this.batches = new TransferBatches(odoo, products, this.turns);
  }

  /**
   * See `ErpConnector.transfer`.
   * @throws OdooProductError for a SKU that cannot be delivered; OdooBusinessError when a rule in Odoo
   * forbids it; OdooShadowError on a connection in shadow; otherwise as `OdooService.call`
   */
  transfer(transfer: ErpTransfer, connection: OdooConnection): Promise<TransferResult> {
    return this.names.run([transfer.name], async () => {
      const job = await this.open(transfer, connection);
      if (!this.attempted.has(transfer.name)) {
        this.attempted.set(transfer.name, true);
        const done = await this.batches.join(transfer, job);
        if (done !== null) return done;
      }
      return this.turns.run(skusOf(transfer), connection, () => this.book(job));
    });
  }

  /** Books it alone, from its current state. */
  private async book(job: Job): Promise<TransferResult> {
    const { transfer, connection } = job;
    const obtained = await this.obtain(job);
    if ('conflict' in obtained) return { state: 'conflict', detail: obtained.conflict };
    const { ours } = obtained;
    if (ours.moves.length === 0 && !obtained.fresh) {
      // A cancellation created it to use up the name: it stays cancelled.
      await attempt(() => job.client.cancel([ours.id]));
      return { state: 'cancelled' };
    }
    const trueMeansAll = job.route.backorders === 'ask';
    const result = await new CarryThrough(transfer, job.client, ours, trueMeansAll).run();
    if (result.state === 'cancelled') this.reservations.suspect(skusOf(transfer), connection);
    return result;
  }

  /**
   * See `ErpConnector.cancelTransfer`.
   * @throws OdooConflictError when the name belongs to something else, which is left alone; otherwise as
   * `transfer`
   */
  cancel(transfer: ErpTransfer, connection: OdooConnection): Promise<Cancellation> {
    return this.names.run([transfer.name], async () => {
      const job = await this.open(transfer, connection);
      return this.turns.run(skusOf(transfer), connection, () => this.takeBack(job));
    });
  }

  private async takeBack(job: Job): Promise<Cancellation> {
    const { transfer, connection } = job;
    let refused: OdooBusinessError | null = null;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const found: PickingRow | null = (await job.client.find()) ?? (await this.makeMark(job));
      if (found === null) continue;
      const seen = await this.recognise(found, job);
      if ('conflict' in seen) throw new OdooConflictError(seen.conflict);
      const { moves } = seen.ours;
      const open = moves.length > 0 ? pickingsOf(moves.filter(isOpen)) : found.state === 'cancel' ? [] : [found.id];
      if (open.length === 0) return { state: stageOf(moves) === 'done' ? 'done' : 'cancelled' };
      // Refused before and still open: not a race but a rule.
      if (refused !== null) throw refused;
      refused = await attempt(() => job.client.cancel(open));
      this.reservations.suspect(skusOf(transfer), connection);
    }
    throw new OdooBusyError(`the transfer ${transfer.name} did not come to rest`, 'stock.picking.action_cancel');
  }

  private async open(transfer: ErpTransfer, connection: OdooConnection): Promise<Job> {
    if (connection.publishing === 'shadow') throw new OdooShadowError('stock.picking.create');
    const warehouse = await this.warehouses.feeding(transfer.warehouse, connection);
    const warehouses = await this.warehouses.list(connection);
    const route = warehouse[transfer.direction];
    if (route === null) {
      throw new OdooSetupError(
        `the operation type of the warehouse ${warehouse.code} has no default locations`,
        'stock.picking.type.read',
      );
    }
    const client = new PickingClient(this.odoo, connection, transfer, route);
    return { transfer, connection, client, route, warehouses };
  }

  private recognise(found: PickingRow, job: Job): Promise<Recognition> {
    return recognise(found, job.transfer, job.client, {
      products: this.products,
      warehouses: job.warehouses,
      connection: job.connection,
    });
  }

  /** Our transfer, created now or found. */
  private async obtain(
    job: Job,
  ): Promise<{ readonly ours: OurPicking; readonly fresh: boolean } | { readonly conflict: string }> {
    const { transfer, connection, client } = job;
    const known = await client.find();
    if (known) return { ...(await this.recognise(known, job)), fresh: false };
    try {
      const ids = await this.products.idsOf(skusOf(transfer), connection);
      const id = await client.create(ids);
      const skus = new Map([...ids].map(([sku, productId]) => [productId, sku]));
      return { ours: { id, moves: [], skus }, fresh: true };
    } catch (error) {
      // Refused: perhaps because the name is taken, which no text shows reliably. A product may have been
      // archived since the transfer was created.
      if (!(error instanceof OdooBusinessError || error instanceof OdooProductError)) throw error;
      const found = await client.find();
      if (found === null) throw error;
      return { ...(await this.recognise(found, job)), fresh: false };
    }
  }

  /**
   * Creates it under its name, so that a late worker finds it; null when a transfer of this name exists
   * but is not visible yet.
   */
  private async makeMark({ transfer, connection, client }: Job): Promise<PickingRow | null> {
    const ids = await this.products.idsOf(skusOf(transfer), connection).catch((error: unknown) => {
      if (error instanceof OdooProductError) return NO_PRODUCTS;
      throw error;
    });
    const refused = await attempt(() => client.create(ids));
    const found = await client.find();
    if (found === null && refused !== null) throw refused;
    return found;
  }
}

const skusOf = (transfer: ErpTransfer): readonly string[] => [...wanted(transfer).keys()];
