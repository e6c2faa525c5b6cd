import { Injectable } from '@nestjs/common';
import { checkpoint } from '../common/checkpoint.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { entryId } from '../stock/entry-id.js';
import { LedgerService } from '../stock/ledger.service.js';
import { InsufficientStockError, LEDGER, type Command, type Movement } from '../stock/ledger.types.js';
import { commit, release } from '../stock/operations/ends.js';
import { reserve } from '../stock/operations/reserve.js';
import { adjusted, causeOf, changedLine, otherMaster, refusal } from './answers.js';
import { type StockCommand } from './command.schema.js';
import { type AdjustLine, type CommandAnswer, type Decision } from './command.types.js';
import { CommandsRepository } from './commands.repository.js';
import { adjustmentOf } from './ledger-change.service.js';

/**
 * A change of several entries, all or none. First it reserves what it takes, in the order of the entries,
 * so that two commands never refuse each other. Then the decision is stored, and any process can finish
 * it. The command's id is the key at each entry.
 */
@Injectable()
export class LedgerSaga {
  constructor(
    private readonly repository: CommandsRepository,
    private readonly ledger: LedgerService,
    private readonly entries: EntriesRepository,
  ) {}

  async run(command: StockCommand, lines: readonly AdjustLine[]): Promise<CommandAnswer> {
    const decision = command.decision ?? (await this.repository.decide(command._id, await this.choose(command, lines)));
    checkpoint('saga.decided');
    if (decision.go) return this.carryOut(command, lines);
    await this.giveBack(command, lines);
    return decision.answer;
  }

  /** Reserves what is to be taken. */
  private async choose(command: StockCommand, lines: readonly AdjustLine[]): Promise<Decision> {
    for (const line of takesOf(lines)) {
      try {
        const units = -line.quantity;
        await this.append(line, reserve({ key: command._id, cause: causeOf(command), units, guarded: true }));
      } catch (error) {
        if (!(error instanceof InsufficientStockError)) throw error;
        const { status, body } = refusal(error);
        return { go: false, answer: { status, body: { ...body, warehouse: line.warehouse } } };
      }
      checkpoint('saga.reserved');
    }
    return this.begun(lines);
  }

  /** Only a command that is applied creates entries. */
  private async begun(lines: readonly AdjustLine[]): Promise<Decision> {
    const [elsewhere] = await this.entries.countHere(lines);
    return elsewhere ? { go: false, answer: otherMaster(elsewhere, elsewhere.master) } : { go: true };
  }

  private async carryOut(command: StockCommand, lines: readonly AdjustLine[]): Promise<CommandAnswer> {
    const movements = await Promise.all(
      lines.map(async (line) => {
        const movement = await this.append(
          line,
          takes(line) ? commit(endOf(command, -line.quantity)) : adjustmentOf(command, line),
        );
        checkpoint('saga.applied');
        return movement;
      }),
    );
    // An ERP may have become the master of some at this moment.
    await this.entries.wantObservation(movements.map(({ entry }) => entry));
    return adjusted(
      command,
      movements.map((movement) => changedLine(movement)),
    );
  }

  /** Uses up the keys of failed reservations, so that a late worker cannot reserve under them. */
  private async giveBack(command: StockCommand, lines: readonly AdjustLine[]): Promise<void> {
    for (const line of takesOf(lines)) {
      const { reservedDelta } = await this.append(
        line,
        reserve({ key: command._id, cause: causeOf(command), units: 0 }),
      );
      if (reservedDelta > 0) await this.append(line, release(endOf(command, reservedDelta)));
      checkpoint('saga.released');
    }
  }

  private async append({ sku, warehouse }: AdjustLine, asked: Command): Promise<Movement> {
    const [movement] = await this.ledger.append({ sku, warehouse, master: LEDGER, commands: [asked] });
    if (!movement) throw new Error('the ledger gave no movement');
    return movement;
  }
}

function takes({ mode, quantity }: AdjustLine): boolean {
  return mode === 'delta' && quantity < 0;
}

function takesOf(lines: readonly AdjustLine[]): AdjustLine[] {
  const id = ({ sku, warehouse }: AdjustLine) => entryId(sku, warehouse);
  return lines.filter(takes).sort((a, b) => (id(a) < id(b) ? -1 : 1));
}

function endOf(command: StockCommand, units: number) {
  return { key: `${command._id}/end`, cause: causeOf(command), units };
}
