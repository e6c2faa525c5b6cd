import { Injectable } from '@nestjs/common';
import { currentRequestRecord } from '../../common/context.js';
import { InvalidInputError } from '../../common/errors.js';
import { WarehousesService } from '../../connections/warehouses/warehouses.service.js';
import { type OrderDoc } from '../../orders/order.types.js';
import { OrderLookup } from '../../orders/order-lookup.service.js';
import { OrdersService } from '../../orders/orders.service.js';
import { entryId } from '../../stock/entry-id.js';
import { LEDGER } from '../../stock/ledger.types.js';
import { type CommandAnswer, type GoodsReturn } from '../command.types.js';
import { CommandsService } from '../commands.service.js';
import { EntryMasters } from '../entry-masters.service.js';
import { chooseItems } from './choose-items.js';
import { type ReturnDto } from './return.dto.js';

/** People's answers about goods that were delivered and then cancelled. */
@Injectable()
export class ReturnsService {
  constructor(
    private readonly commands: CommandsService,
    private readonly lookup: OrderLookup,
    private readonly orders: OrdersService,
    private readonly masters: EntryMasters,
    private readonly warehouses: WarehousesService,
  ) {}

  /**
   * Stores the answer once, and puts the goods back.
   * @throws NotFoundError when there is no such order, ConflictError when fewer units are outstanding
   */
  async submit(name: string, said: ReturnDto, idempotencyKey: string | undefined): Promise<CommandAnswer> {
    const { goodsBack, sku, units, warehouse, reason } = said;
    if (!goodsBack && warehouse !== undefined) refuse('must not be given where the goods are not back');
    if (warehouse !== undefined && !this.warehouses.find(warehouse)) refuse('must be the code of a warehouse');
    const order = await this.lookup.one(name);
    currentRequestRecord()?.orderIds.push(order.orderId);
    const asked = { kind: 'return', order: order._id, goodsBack, sku, units, warehouse, reason };
    return this.commands.submit(asked, () => this.planned(order, said), idempotencyKey);
  }

  private async planned(order: OrderDoc, said: ReturnDto): Promise<GoodsReturn> {
    const { goodsBack, reason } = said;
    const chosen = chooseItems(order, await this.orders.outstandingReturns(order), said);
    const standings = await this.masters.of(chosen);
    const items = chosen.map((item) => ({
      ...item,
      master: standings.get(entryId(item.sku, item.warehouse))?.master ?? LEDGER,
    }));
    const { _id, connection, orderId } = order;
    return { kind: 'return', order: _id, connection, orderId, goodsBack, items, ...(reason && { reason }) };
  }
}

function refuse(expected: string): never {
  throw new InvalidInputError([{ field: 'warehouse', expected }]);
}
