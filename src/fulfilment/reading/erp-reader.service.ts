import { Injectable } from '@nestjs/common';
import { distinct, groupBy } from '../../common/collections.js';
import { type ErpConnector, type ErpStockProblem } from '../../connectors/contract.js';
import { type Bound } from '../../connectors/registry.js';
import { transferOf, isActive } from '../../orders/hold-state.js';
import { OrdersRepository } from '../../orders/orders.repository.js';
import { entryId, keyOf } from '../../stock/entry-id.js';
import { type Balance } from '../../stock/ledger.types.js';
import { MovementsRepository } from '../../stock/movements.repository.js';
import { type SeenStock, type TransferUnits } from './uncounted.js';

/** Transfers of some SKUs that may be booked in an ERP and not counted. `isCounted` is false where it is not known. */
export type TransferSource = (erp: string, skus: readonly string[]) => Promise<readonly TransferUnits[]>;

export interface ErpReading {
  /** The newest balance of each entry before the ERP was read. */
  readonly tips: ReadonlyMap<string, Balance>;
  readonly seen: ReadonlyMap<string, SeenStock>;
  readonly problems: ReadonlyMap<string, ErpStockProblem>;
}

/**
 * Reads the stock of an ERP together with what the ledger has not counted of our own transfers. In this order: the tips of the chains, our
 * transfers, the ERP, and our transfers again. A transfer's name is stored before the ERP is called with it, so none is missed, whichever
 * process books it.
 */
@Injectable()
export class ErpReader {
  private readonly sources: TransferSource[] = [];

  constructor(
    private readonly orders: OrdersRepository,
    private readonly movements: MovementsRepository,
  ) {
    this.sources.push((erp, skus) => this.ofOrders(erp, skus));
  }

  /** Asks `source`, too, for transfers that are not counted. */
  add(source: TransferSource): void {
    this.sources.push(source);
  }

  /** @throws the connector's errors when the ERP cannot be read */
  async read(
    { connector, connection }: Bound<ErpConnector>,
    places: readonly { readonly sku: string; readonly warehouse: string }[],
  ): Promise<ErpReading> {
    const tips = await this.movements.heads(distinct(places.map(({ sku, warehouse }) => entryId(sku, warehouse))));
    const known = new Map<string, TransferUnits>();
    const uncounted = async (skus: readonly string[]) => {
      for (const one of await this.transfers(connection.id, skus, known)) known.set(idOf(one), one);
      return distinct([...known.values()].filter((one) => !one.isCounted).map((one) => one.transfer));
    };
    const { stock, problems } = await connector.observeStock(
      distinct(places.map(({ sku }) => sku)),
      connection,
      uncounted,
    );
    const ours = groupBy([...known.values()], (one) => one.sku);
    return {
      tips,
      seen: new Map(stock.map((one) => [one.sku, { stock: one, ours: ours.get(one.sku) ?? [] }])),
      problems: new Map(problems.map((one) => [one.sku, one])),
    };
  }

  /** Those not known yet, with what the ledger has counted of them: it may be ahead of the orders. */
  private async transfers(
    erp: string,
    skus: readonly string[],
    known: ReadonlyMap<string, TransferUnits>,
  ): Promise<readonly TransferUnits[]> {
    const all = (await Promise.all(this.sources.map((source) => source(erp, skus)))).flat();
    const fresh = all.filter((one) => !known.has(idOf(one)));
    const doubtful = fresh.filter((one) => !one.isCounted);
    const ends = await this.movements.byKeys(
      doubtful.map(({ sku, warehouse, key }) => ({ entry: entryId(sku, warehouse), key })),
    );
    return fresh.map((one) => ({
      ...one,
      isCounted: one.isCounted || ends.has(keyOf(entryId(one.sku, one.warehouse), one.key)),
    }));
  }

  private async ofOrders(erp: string, skus: readonly string[]): Promise<readonly TransferUnits[]> {
    const wanted = new Set(skus);
    const orders = await this.orders.inTransfer(skus);
    return orders.flatMap(({ holds, transfers }) => {
      const names = new Map(transfers.map(({ n, name }) => [n, name]));
      const carried = new Set(holds.filter(isActive).map(transferOf));
      return holds.flatMap((hold): TransferUnits[] => {
        const { sku, warehouse, master, units, key, transfer } = hold;
        const name = transfer === undefined || !carried.has(transfer) ? undefined : names.get(transfer);
        if (name === undefined || master !== erp || !wanted.has(sku)) return [];
        return [{ transfer: name, sku, warehouse, key: `${key}/end`, units, isCounted: !isActive(hold) }];
      });
    });
  }
}

function idOf({ transfer, sku, warehouse, key }: TransferUnits): string {
  return `${transfer}\n${entryId(sku, warehouse)}\n${key}`;
}
