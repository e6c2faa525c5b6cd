import { Injectable } from '@nestjs/common';
import { MasterChange } from '../../fulfilment/master-change.service.js';
import { problem } from '../answers.js';
import { type StockCommand } from '../command.schema.js';
import { type CommandAnswer, type HandOver } from '../command.types.js';

/**
 * Gives an entry another master. An ERP is read for it next, and the brake judges its number. Each order follows before it is delivered; the
 * system that has begun a delivery finishes it.
 */
@Injectable()
export class HandOverRunner {
  constructor(private readonly masters: MasterChange) {}

  async run(command: StockCommand, { sku, warehouse, master }: HandOver): Promise<CommandAnswer> {
    const entry = await this.masters.ofSku(sku, warehouse, master);
    if (!entry) return problem(404, 'problems.unknown-sku.here', { sku, warehouse }, { sku, warehouse });
    const { quantity, reserved, available } = entry;
    const line = { sku, warehouse, master, quantity, reserved, available };
    return { status: 200, body: { commandId: command._id, status: 'done', ...line } };
  }
}
