import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { StockCommand } from '../../commands/command.schema.js';
import { native } from '../../common/mongo/native.js';
import { Order } from '../../orders/schemas.js';
import { type Balance, type Movement } from '../../stock/ledger.types.js';
import { StockMovement } from '../../stock/schemas.js';
import { idPrefix } from '../../common/params.js';
import { type HeldBy } from './reservations.js';

const EMPTY: Balance = { seq: 0, quantity: 0, reserved: 0 };

/** Orders and commands that may hold units, and their movements. */
@Injectable()
export class ReservationsRepository {
  private readonly movements: mongo.Collection<Movement>;
  private readonly orders: mongo.Collection<Order>;
  private readonly commands: mongo.Collection<StockCommand>;

  constructor(
    @InjectModel(StockMovement.name) movements: Model<StockMovement>,
    @InjectModel(Order.name) orders: Model<Order>,
    @InjectModel(StockCommand.name) commands: Model<StockCommand>,
  ) {
    this.movements = native(movements);
    this.orders = native(orders);
    this.commands = native(commands);
  }

  /** The newest balance of each entry, from its chain: a range of `_id` of one entry, read from its end. */
  async tips(entries: readonly string[]): Promise<ReadonlyMap<string, Balance>> {
    const projection = { seq: 1, quantity: 1, reserved: 1 };
    const rows = await Promise.all(
      entries.map((entry) => this.movements.findOne({ _id: idPrefix(`${entry}#`) }, { sort: { _id: -1 }, projection })),
    );
    return new Map(entries.map((entry, position) => [entry, rows[position] ?? EMPTY]));
  }

  /**
   * Everything that may hold units of a SKU, by key of the ledger: orders with open holds (`heldSkus`),
   * those whose newest plan may not be in the ledger yet (`record.due`, or dead: `record.dead`), and
   * commands in progress (`finish.due`, `finish.dead`). Each by a sparse index.
   */
  async holders(sku: string): Promise<ReadonlyMap<string, HeldBy>> {
    const [orders, commands] = await Promise.all([this.holdingOrders(sku), this.openCommands(sku)]);
    const ofOrders = orders.flatMap((order) =>
      order.holds.filter((hold) => hold.sku === sku).map((hold): [string, HeldBy] => [hold.key, heldByOrder(order)]),
    );
    const ofCommands = commands.map(({ _id, change, actor }): [string, HeldBy] => [
      _id,
      { by: 'command', id: _id, kind: change.kind, actor },
    ]);
    return new Map([...ofOrders, ...ofCommands]);
  }

  /** The movements of these keys and their ends, by the index on entry and key. */
  async movementsOf(entries: readonly string[], keys: readonly string[]): Promise<Movement[]> {
    if (keys.length === 0) return [];
    const asked = keys.flatMap((key) => [key, `${key}/end`]);
    return this.movements.find({ entry: { $in: [...entries] }, key: { $in: asked } }).toArray();
  }

  private async holdingOrders(sku: string): Promise<Order[]> {
    const projection = { connection: 1, orderId: 1, number: 1, 'snapshot.status': 1, holds: 1 };
    const [holding, ...unrecorded] = await Promise.all([
      this.orders.find({ heldSkus: sku }, { projection }).toArray(),
      this.orders.find({ 'record.due': { $exists: true }, 'holds.sku': sku }, { projection }).toArray(),
      this.orders.find({ 'record.dead': true, 'holds.sku': sku } as mongo.Filter<Order>, { projection }).toArray(),
    ]);
    return [...holding, ...unrecorded.flat()];
  }

  private async openCommands(sku: string): Promise<StockCommand[]> {
    const about = { $or: [{ 'change.sku': sku }, { 'change.lines.sku': sku }] };
    const open = [{ 'finish.due': { $exists: true } }, { 'finish.dead': true }];
    const found = await Promise.all(
      open.map((one) => this.commands.find({ $and: [one, about] } as mongo.Filter<StockCommand>).toArray()),
    );
    return found.flat();
  }
}

function heldByOrder({ _id, orderId, number, connection, snapshot }: Order): HeldBy {
  return { by: 'order', id: _id, orderId, number: number ?? null, connection, status: snapshot.status };
}
