import { Injectable } from '@nestjs/common';
import { checkpoint } from '../../common/checkpoint.js';
import { EntriesRepository } from '../../stock/entries.repository.js';
import { LedgerService } from '../../stock/ledger.service.js';
import { LEDGER } from '../../stock/ledger.types.js';
import { adjustBy } from '../../stock/operations/quantities.js';
import { StockObserver } from '../../fulfilment/stock-observer.service.js';
import { causeOf, changedLine, type ChangedLine } from '../answers.js';
import { type StockCommand } from '../command.schema.js';
import { type GoodsReturn, type ReturnedItem } from '../command.types.js';
import { ErpGateway } from '../erp-gateway.service.js';
import { putBackPart } from '../transfer-names.js';

/** The units that were put back. `refusal`: why the ERP does not book it. */
export interface PutBackResult {
  readonly lines: readonly ChangedLine[];
  readonly refusal?: string;
}

/** Counts goods that are in a warehouse again, under the command's id at each entry, so that it happens once. */
@Injectable()
export class PutBack {
  constructor(
    private readonly ledger: LedgerService,
    private readonly entries: EntriesRepository,
    private readonly observer: StockObserver,
    private readonly gateway: ErpGateway,
  ) {}

  /** @param items of one warehouse and one master, each SKU once */
  async all(command: StockCommand, change: GoodsReturn, items: readonly ReturnedItem[]): Promise<PutBackResult> {
    const [first] = items;
    if (!first) return { lines: [] };
    return first.master === LEDGER ? this.inLedger(command, items) : this.inErp(command, change, items, first);
  }

  private async inLedger(command: StockCommand, items: readonly ReturnedItem[]): Promise<PutBackResult> {
    await this.entries.ensure(items);
    const movements = await Promise.all(
      items.map(({ sku, warehouse, units }) =>
        this.ledger.append({
          sku,
          warehouse,
          master: LEDGER,
          commands: [adjustBy({ key: command._id, cause: causeOf(command), by: units })],
        }),
      ),
    );
    // An ERP may have become the master of some at this moment.
    await this.entries.wantObservation(movements.flat().map(({ entry }) => entry));
    return { lines: movements.flat().map((movement) => changedLine(movement)) };
  }

  private async inErp(
    command: StockCommand,
    { orderId }: GoodsReturn,
    items: readonly ReturnedItem[],
    { master, warehouse }: ReturnedItem,
  ): Promise<PutBackResult> {
    const lines = items.map(({ sku, units }) => ({ sku, quantity: units }));
    const booking = await this.gateway.book(command, master, {
      part: putBackPart(warehouse),
      origin: orderId,
      direction: 'in',
      warehouse,
      lines,
    });
    checkpoint('return.booked');
    if ('refusal' in booking) return { lines: [], refusal: booking.refusal };
    const cause = causeOf(command);
    const movements = await this.observer.count(
      items.map(({ sku, units }) => ({ sku, warehouse, kind: 'adjust', units, key: command._id, cause })),
    );
    checkpoint('return.counted');
    return { lines: movements.map((movement) => changedLine(movement)) };
  }
}
