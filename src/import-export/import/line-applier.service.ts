import { Injectable } from '@nestjs/common';
import { EntriesRepository } from '../../stock/entries.repository.js';
import { entryId } from '../../stock/entry-id.js';
import { LedgerService } from '../../stock/ledger.service.js';
import {
  InsufficientStockError,
  LEDGER,
  QuantityMovedError,
  type Cause,
  type Command,
} from '../../stock/ledger.types.js';
import { MovementsRepository } from '../../stock/movements.repository.js';
import { adjustBy, adjustTo } from '../../stock/operations/quantities.js';
import { type StockEntry } from '../../stock/schemas.js';
import { ProjectionService } from '../../stock/projection.service.js';
import { isSound } from './check-stock-state.js';
import { type StockImport } from './import.schema.js';
import { isDifference, moved } from './check-version.js';
import { type ImportLine, type LineOutcome, type LineProblem, type SoundLine } from './import.types.js';

/** The most unprojected movements before more are appended, because the movements of sales wait behind them. */
const MOST_BEHIND = 1_000;

/** Applies lines to the ledger, each under its own key. */
@Injectable()
export class LineApplier {
  constructor(
    private readonly ledger: LedgerService,
    private readonly entries: EntriesRepository,
    private readonly movements: MovementsRepository,
    private readonly projection: ProjectionService,
  ) {}

  /** Gives back the outcome of each line. Lines that were applied before keep their outcome. */
  async apply(found: StockImport, lines: readonly ImportLine[]): Promise<ImportLine[]> {
    await this.projection.keptUp(MOST_BEHIND);
    const of = (outcome: LineOutcome) => lines.filter((line) => line.outcome === outcome).filter(isSound);
    const elsewhere = new Map([
      ...(await this.begin(of('created'), found.options.master === LEDGER)),
      ...mastersElsewhere(await this.entries.byIds(of('changed').map(idOf))),
    ]);
    const applied = await Promise.all(
      lines.map(async (line) => {
        if (!isSound(line) || (line.outcome !== 'created' && line.outcome !== 'changed')) return line;
        const master = elsewhere.get(idOf(line));
        return master === undefined
          ? this.append(found, line)
          : failed(line, { field: 'sku', expected: `must be counted in ${master}, which decides about it by now` });
      }),
    );
    // An ERP may have become the master of some at this moment.
    await this.entries.wantObservation(
      applied
        .filter(({ movementId }) => movementId)
        .filter(isSound)
        .map(idOf),
    );
    return applied;
  }

  /** Creates the new entries. Gives back those of another master. @param here takes over what an ERP was to decide and has never counted */
  private async begin(created: readonly SoundLine[], here: boolean): Promise<Map<string, string>> {
    if (created.length === 0) return new Map();
    const known = new Set(
      await this.entries.begin(created.map(({ sku, warehouse }) => ({ sku, warehouse, master: LEDGER }))),
    );
    this.movements.noteBegun(
      created.map(({ sku, warehouse }) => entryId(sku, warehouse)).filter((id) => !known.has(id)),
    );
    const before = created.filter(({ sku, warehouse }) => known.has(entryId(sku, warehouse)));
    if (before.length === 0) return new Map();
    const found = here ? await this.entries.countHere(before) : await this.entries.byIds([...known]);
    return mastersElsewhere(found);
  }

  private async append(found: StockImport, line: SoundLine): Promise<ImportLine> {
    const { sku, warehouse } = line;
    try {
      const [movement] = await this.ledger.append({
        sku,
        warehouse,
        master: LEDGER,
        commands: [commandOf(found, line)],
      });
      if (!movement) throw new Error('the ledger gave no movement');
      const { _id, quantity, quantityDelta } = movement;
      return { ...line, before: quantity - quantityDelta, after: quantity, movementId: _id };
    } catch (error) {
      if (error instanceof QuantityMovedError) return failed(line, moved(line, line.base ?? 0, error.quantity));
      if (!(error instanceof InsufficientStockError)) throw error;
      const expected = `must take ${error.available} at most: so much is available by now`;
      return failed(line, { field: 'quantity', expected });
    }
  }
}

function mastersElsewhere(entries: readonly StockEntry[]): Map<string, string> {
  return new Map(entries.filter(({ master }) => master !== LEDGER).map(({ _id, master }) => [_id, master]));
}

function idOf({ sku, warehouse }: SoundLine): string {
  return entryId(sku, warehouse);
}

function commandOf(found: StockImport, line: SoundLine): Command {
  const cause: Cause = {
    type: 'command',
    commandId: found._id,
    actor: found.actor,
    reason: line.reason ?? found.options.reason ?? 'import',
    ...(found.correlationId === undefined ? {} : { correlationId: found.correlationId }),
  };
  const { quantity, base } = line;
  const key = `${found._id}/${line.line}`;
  if (line.mode === 'delta') return adjustBy({ key, cause, by: quantity, guarded: true });
  if (base === undefined) return adjustTo({ key, cause, quantity });
  return isDifference(line, found.options)
    ? adjustBy({ key, cause, by: quantity - base, guarded: true })
    : adjustTo({ key, cause, quantity, from: base });
}

function failed({ line, sku, warehouse, mode, quantity, reason, before }: SoundLine, problem: LineProblem): ImportLine {
  return {
    line,
    sku,
    warehouse,
    mode,
    quantity,
    ...(reason === undefined ? {} : { reason }),
    ...(before === undefined ? {} : { before }),
    outcome: 'failed',
    problems: [problem],
  };
}
