import { Injectable } from '@nestjs/common';
import { EntriesRepository } from '../stock/entries.repository.js';
import { entryId } from '../stock/entry-id.js';
import { LedgerService } from '../stock/ledger.service.js';
import { LEDGER, type Command, type Movement } from '../stock/ledger.types.js';
import { adjustBy, adjustTo } from '../stock/operations/quantities.js';
import { UncountableError } from '../fulfilment/stock-observer.service.js';
import { adjusted, causeOf, changedLine, otherMaster } from './answers.js';
import { type StockCommand } from './command.schema.js';
import { type AdjustLine, type CommandAnswer, type UnitsChange } from './command.types.js';

/** Changes of one entry whose master is the ledger: one guarded movement, whose key is the command's id. */
@Injectable()
export class LedgerChange {
  constructor(
    private readonly ledger: LedgerService,
    private readonly entries: EntriesRepository,
  ) {}

  /** @throws InsufficientStockError when fewer are available, UncountableError for an uncounted SKU */
  async changeBy(command: StockCommand, { kind, sku, warehouse, units }: UnitsChange): Promise<CommandAnswer> {
    const [entry] = await this.entries.byIds([entryId(sku, warehouse)]);
    if (!entry) throw new UncountableError(sku, 'unknown', `${sku} is not known`);
    if (entry.master !== LEDGER) return otherMaster({ sku, warehouse }, entry.master);
    const by = kind === 'reduce' ? -units : units;
    const movement = await this.append(
      { sku, warehouse },
      adjustBy({ key: command._id, cause: causeOf(command), by, guarded: true }),
    );
    const { _id, quantity } = movement;
    return {
      status: 200,
      body: {
        movementId: _id,
        before: quantity - by,
        after: quantity,
        erp: { connection: null, status: 'off', reference: null },
      },
    };
  }

  /** @throws InsufficientStockError when a difference would take more than is available */
  async adjust(command: StockCommand, line: AdjustLine): Promise<CommandAnswer> {
    const [other] = await this.entries.countHere([line]);
    if (other) return otherMaster(line, other.master);
    return adjusted(command, [changedLine(await this.append(line, adjustmentOf(command, line)))]);
  }

  private async append({ sku, warehouse }: Pick<AdjustLine, 'sku' | 'warehouse'>, asked: Command): Promise<Movement> {
    const [movement] = await this.ledger.append({ sku, warehouse, master: LEDGER, commands: [asked] });
    if (!movement) throw new Error('the ledger gave no movement');
    // An ERP may have become the master at this moment.
    await this.entries.wantObservation([movement.entry]);
    return movement;
  }
}

/** The single movement of a line. A difference that would take more than is available is refused. */
export function adjustmentOf(command: StockCommand, { mode, quantity }: AdjustLine): Command {
  const given = { key: command._id, cause: causeOf(command) };
  return mode === 'absolute' ? adjustTo({ ...given, quantity }) : adjustBy({ ...given, by: quantity, guarded: true });
}
