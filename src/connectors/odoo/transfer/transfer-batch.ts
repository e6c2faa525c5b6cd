import { idsOf } from '../interfaces/rows.js';
import { Batcher } from '../../../common/batcher.js';
import { currentContext, withContext, type WorkContext } from '../../../common/context.js';
import { type ErpTransfer, type TransferResult } from '../../contract.js';
import { classify } from '../classify.js';
import { idOf, type MoveRow } from '../interfaces/odoo.interface.js';
import { type OdooConnection, type OdooService } from '../odoo.service.js';
import { type ProductDirectory } from '../stock/products.js';
import { type ProductTurns } from '../stock/product-turns.js';
import { type Route } from '../stock/warehouses.js';
import { attempt } from './carry-through.js';
import { MOVE_FIELDS, pickingValues, VALIDATION } from './picking-client.js';
import { isOpen, stageOf, wanted } from './stage.js';

/** The properties that transfers of one batch share. */
export interface BatchRoute {
  readonly connection: OdooConnection;
  readonly route: Route;
}

interface BatchItem {
  readonly transfer: ErpTransfer;
  readonly context: WorkContext;
  readonly batchRoute: BatchRoute;
}

/** A few dozen: the calls stay short, so that people in Odoo do not wait for them. */
const ONE_AT_A_TIME = { maxItems: 25, waitMs: 0, inFlight: 1 };

/**
 * Takes new transfers together through the four calls that each would need alone. Transfers that are
 * requested while one batch is in flight form the next. Odoo books some twenty together in the time of
 * three. A transfer that does not go smoothly leaves the batch and continues alone from its current state;
 * exactly-once booking does not depend on the batch.
 */
export class TransferBatches {
  private readonly batchers = new Map<string, Batcher<BatchItem, TransferResult | null>>();

  constructor(
    private readonly odoo: OdooService,
    private readonly products: ProductDirectory,
    private readonly turns: ProductTurns,
  ) {}

  /**
   * `done`, or null when the transfer must continue alone.
   * @throws errors to retry later, for every transfer of the batch
   */
  join(transfer: ErpTransfer, batchRoute: BatchRoute): Promise<TransferResult | null> {
    const { id, settings, publishing } = batchRoute.connection;
    const key = JSON.stringify([id, settings, publishing, batchRoute.route]);
    const batcher =
      this.batchers.get(key) ??
      new Batcher<BatchItem, TransferResult | null>((batch) => this.flush(batch), ONE_AT_A_TIME);
    this.batchers.set(key, batcher);
    return batcher.add({ transfer, context: currentContext(), batchRoute });
  }

  private async flush(batch: readonly BatchItem[]): Promise<(TransferResult | null)[]> {
    const [first] = batch;
    if (!first) return [];
    const { batchRoute } = first;
    const skus = batch.flatMap(({ transfer }) => [...wanted(transfer).keys()]);
    const travel = () => withContext(together(batch), () => this.travelOrPart(batch, batchRoute));
    const results = await this.turns.run(skus, batchRoute.connection, travel);
    return batch.map((_, index) => results[index] ?? null);
  }

  /** An error that one member may have caused sends each on alone. Any other error is the same for all. */
  private async travelOrPart(
    batch: readonly BatchItem[],
    batchRoute: BatchRoute,
  ): Promise<readonly (TransferResult | null)[]> {
    try {
      return await this.travel(batch, batchRoute);
    } catch (error) {
      const remedy = classify(error).do;
      if (remedy === 'giveUp' || remedy === 'pause') return [];
      throw error;
    }
  }

  /** A result for each, in order; none where it must continue alone. */
  private async travel(
    batch: readonly BatchItem[],
    { connection, route }: BatchRoute,
  ): Promise<readonly (TransferResult | null)[]> {
    const productSkus = [...new Set(batch.flatMap(({ transfer }) => [...wanted(transfer).keys()]))];
    const about = { productSkus };
    const call = (model: string, method: string, args: Readonly<Record<string, unknown>>) =>
      this.odoo.call(connection, model, method, args, about);

    const productIds = await this.products.idsOf(productSkus, connection);
    let ids: readonly number[] = [];
    const vals_list = batch.map(({ transfer }) => pickingValues(transfer, route, productIds));
    const taken = await attempt(async () => {
      ids = idsOf(await call('stock.picking', 'create', { vals_list }), 'stock.picking.create');
    });
    if (taken !== null || (await attempt(() => call('stock.picking', 'action_confirm', { ids }))) !== null) return [];

    const lines = () =>
      this.odoo.searchRead<MoveRow>(connection, 'stock.move', [['picking_id', 'in', ids]], MOVE_FIELDS, { about });
    const moves = byPicking(await lines());
    const ready = ids.filter((id) => stageOf(moves.get(id) ?? []) === 'ready');
    if (ready.length === 0) return [];
    let answer: unknown;
    const refused = await attempt(async () => {
      answer = await call('stock.picking', 'button_validate', { ids: ready, context: VALIDATION });
    });
    if (answer === true && route.backorders === 'ask') {
      return batch.map(({ transfer }, index) =>
        ready.includes(ids[index] ?? 0) ? { state: 'done', reference: transfer.name } : null,
      );
    }
    // Odoo asks its question with every line marked as picked, and picked lines are never reserved again.
    if (refused === null) {
      const short = [...byPicking(await lines()).values()].filter((of) => stageOf(of) === 'short').flat();
      const open = short.filter(isOpen).map((move) => move.id);
      if (open.length > 0) await call('stock.move', 'write', { ids: open, vals: { picked: false } });
    }
    return [];
  }
}

function byPicking(moves: readonly MoveRow[]): ReadonlyMap<number, readonly MoveRow[]> {
  const groups = new Map<number, MoveRow[]>();
  for (const move of moves) {
    const picking = idOf(move.picking_id) ?? 0;
    groups.set(picking, [...(groups.get(picking) ?? []), move]);
  }
  return groups;
}

/** The calls of a batch belong to the subjects of all members, and to no single request. */
function together(batch: readonly BatchItem[]): WorkContext {
  const contexts = batch.map((item) => item.context);
  const [only, ...others] = contexts;
  if (only && others.length === 0) return only;
  const all = (of: (context: WorkContext) => readonly string[]) => [...new Set(contexts.flatMap(of))];
  return {
    connection: only?.connection,
    actor: undefined,
    request: undefined,
    correlationIds: all((context) => context.correlationIds),
    orderIds: all((context) => context.orderIds),
    productSkus: all((context) => context.productSkus),
  };
}
