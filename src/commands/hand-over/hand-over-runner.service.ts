import { Injectable } from '@nestjs/common';
import { EntriesRepository } from '../../stock/entries.repository.js';
import { entryId } from '../../stock/entry-id.js';
import { problem } from '../answers.js';
import { type StockCommand } from '../command.schema.js';
import { type CommandAnswer, type HandOver } from '../command.types.js';

/**
 * Gives an entry another master. An ERP is read for it next, and the brake judges its number. Each order follows before it is delivered; the
 * system that has begun a delivery finishes it.
 */
@Injectable()
export class HandOverRunner {
  constructor(private readonly entries: EntriesRepository) {}

  async run(command: StockCommand, { sku, warehouse, master }: HandOver): Promise<CommandAnswer> {
    const [entry] = await this.entries.byIds([entryId(sku, warehouse)]);
    if (!entry) return problem(404, 'problems.unknown-sku.here', { sku, warehouse }, { sku, warehouse });
    if (entry.master !== master) await this.entries.changeMaster(warehouse, { from: entry.master, to: master, sku });
    const { quantity, reserved, available } = entry;
    const line = { sku, warehouse, master, quantity, reserved, available };
    return { status: 200, body: { commandId: command._id, status: 'done', ...line } };
  }
}
