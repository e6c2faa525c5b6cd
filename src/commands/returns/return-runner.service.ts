import { Injectable } from '@nestjs/common';
import { AlertsService } from '../../alerts/alerts.service.js';
import { checkpoint } from '../../common/checkpoint.js';
import { groupBy } from '../../common/collections.js';
import { type OrderDoc, type SettledReturn } from '../../orders/order.types.js';
import { OrdersRepository } from '../../orders/orders.repository.js';
import { OrdersService, type OrderOutcome } from '../../orders/orders.service.js';
import { JobQueue } from '../../queues/job-queue.service.js';
import { LEDGER } from '../../stock/ledger.types.js';
import { returnedDetail } from '../../alerts/alert-details.js';
import { problem, type ChangedLine } from '../answers.js';
import { type StockCommand } from '../command.schema.js';
import { type CommandAnswer, type GoodsReturn, type ReturnedItem } from '../command.types.js';
import { ErpGateway, type Obstacle } from '../erp-gateway.service.js';
import { PutBack } from './put-back.service.js';

/**
 * Stores a person's answer on the order under the command's id, and puts back exactly the stored units.
 * Every step can be repeated.
 */
@Injectable()
export class ReturnRunner {
  constructor(
    private readonly orders: OrdersService,
    private readonly repository: OrdersRepository,
    private readonly gateway: ErpGateway,
    private readonly putBack: PutBack,
    private readonly alerts: AlertsService,
    private readonly jobQueue: JobQueue,
  ) {}

  async run(command: StockCommand, change: GoodsReturn): Promise<CommandAnswer> {
    const obstacle = this.obstacle(change);
    if (obstacle) {
      const noted = notedBy(command, await this.repository.find(change.order));
      if (noted.length === 0) return obstacle.answer;
      // The goods are recorded as returned: they are counted once the ERP may be called again.
      throw new Error(obstacle.reason);
    }
    const outcome = await this.orders.settleReturns(
      change.order,
      change.items.map((item) => settled(command, change, item)),
    );
    checkpoint('return.settled');
    const noted = notedBy(command, outcome.order);
    if (noted.length === 0) return problem(409, 'problems.not-asked-for.decided');
    await this.tell(change, outcome);
    const { lines, refused } = change.goodsBack ? await this.count(command, change, noted) : NOTHING;
    return answerOf(command, change, { noted, lines, refused, outstanding: outcome.returnedUnits });
  }

  private obstacle({ goodsBack, items }: GoodsReturn): Obstacle | null {
    const master = items.find((item) => item.master !== LEDGER)?.master;
    return goodsBack && master !== undefined ? this.gateway.obstacle(master) : null;
  }

  private async tell({ order }: GoodsReturn, { returnedUnits, toDeliver }: OrderOutcome): Promise<void> {
    if (returnedUnits.length === 0) await this.alerts.close('return_unresolved', order);
    else await this.alerts.raise('return_unresolved', order, returnedDetail(returnedUnits));
    if (toDeliver) this.jobQueue.send('orders', [order]);
  }

  /** Counts the stored units only, as another answer may have covered a part of them first. */
  private async count(command: StockCommand, change: GoodsReturn, noted: readonly SettledReturn[]) {
    const counted = noted.flatMap((one) => {
      const item = change.items.find(({ lineId, sku }) => lineId === one.lineId && sku === one.sku);
      return item ? [{ ...item, units: one.units }] : [];
    });
    const lines: ChangedLine[] = [];
    const refused: string[] = [];
    for (const group of groupBy(counted, ({ master, warehouse }) => `${master}\n${warehouse}`).values()) {
      const result = await this.putBack.all(command, change, together(group));
      lines.push(...result.lines);
      if (result.refusal !== undefined) refused.push(result.refusal);
    }
    return { lines, refused };
  }
}

const NOTHING = { lines: [], refused: [] } as const;

/** Sums the units of a SKU over its lines. */
function together(items: readonly ReturnedItem[]): ReturnedItem[] {
  return [...groupBy(items, ({ sku }) => sku).values()].flatMap((group) => {
    const units = group.reduce((sum, item) => sum + item.units, 0);
    return group.slice(0, 1).map((item) => ({ ...item, units }));
  });
}

function settled(
  { _id, actor }: StockCommand,
  { goodsBack }: GoodsReturn,
  { lineId, sku, units }: ReturnedItem,
): SettledReturn {
  return { key: _id, lineId, sku, units, goodsBack, at: new Date(), actor };
}

function notedBy({ _id }: StockCommand, order: OrderDoc | null): readonly SettledReturn[] {
  return (order?.returns ?? []).filter(({ key }) => key === _id);
}

interface Came {
  readonly noted: readonly SettledReturn[];
  readonly lines: readonly ChangedLine[];
  readonly refused: readonly string[];
  readonly outstanding: OrderOutcome['returnedUnits'];
}

function answerOf(
  command: StockCommand,
  change: GoodsReturn,
  { noted, lines, refused, outstanding }: Came,
): CommandAnswer {
  const { order, orderId, goodsBack } = change;
  const about = {
    commandId: command._id,
    order,
    orderId,
    goodsBack,
    returned: noted.map(({ sku, units }) => ({ sku, units })),
    outstanding: outstanding.map(({ sku, units }) => ({ sku, units })),
    lines,
  };
  if (refused.length === 0) return { status: 200, body: { ...about, status: 'done' } };
  return problem(409, 'problems.refused-by-erp.return', { reason: refused.join('; ') }, about);
}
