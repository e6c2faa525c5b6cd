import { Injectable } from '@nestjs/common';
import { checkpoint } from '../../common/checkpoint.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { EntriesRepository } from '../../stock/entries.repository.js';
import { type StockEntry } from '../../stock/schemas.js';
import { ErpBrake } from '../../fulfilment/brake/erp-brake.service.js';
import { asFinding, keyOfLine, RunLinesRepository } from '../runs/run-lines.repository.js';
import { type Run, type RunLine } from '../runs/run.schema.js';
import { type Finding, type RunPart, type StepResult } from '../runs/run.types.js';
import { countedElsewhere, EntryObservations } from './entry-observations.service.js';
import { PartUnworkableError, type PartWorker, type StepOf } from './step.js';

/**
 * Compares every SKU of an ERP with the ledger. Large differences are deferred until everything was read;
 * then the brake judges them together. Finally the ERP is asked for SKUs that are missing here.
 */
@Injectable()
export class ErpStockStep implements PartWorker {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly entries: EntriesRepository,
    private readonly observations: EntryObservations,
    private readonly lines: RunLinesRepository,
    private readonly brake: ErpBrake,
  ) {}

  async step(step: StepOf): Promise<StepResult> {
    const { connection } = step.part;
    if (!this.connections.erp(connection)) throw new PartUnworkableError(`${connection} is not connected`);
    if (step.cursor?.phase === 'judge') return this.judge(step);
    if (step.cursor?.phase === 'others') return this.others(step);
    if (step.cursor === null) await this.brake.begin(connection, step.run._id);
    return this.look(step);
  }

  /** Judges the deferred changes by the readings so far. */
  async left({ _id }: Run, { connection }: RunPart): Promise<void> {
    await this.brake.end(connection, _id);
  }

  private async look({ run, part, cursor, size, again }: StepOf): Promise<StepResult> {
    const entries = await this.entries.ofMaster(part.connection, cursor?.after ?? '', size);
    const ids = entries.map((entry) => entry._id);
    if (again) await this.lines.forget(run, ids);
    const found = await this.observations.at(run, entries, { again, scan: run._id });
    const last = entries.length === size ? ids.at(-1) : undefined;
    return { ...found, next: last === undefined ? { phase: 'judge', after: null } : { phase: 'look', after: last } };
  }

  private async judge({ run, part, cursor, size }: StepOf): Promise<StepResult> {
    await this.brake.end(part.connection, run._id);
    checkpoint('run.judged');
    const lines = await this.lines.suspects(run, cursor?.after ?? null, size);
    const open = lines.filter(({ outcome }) => outcome === 'suspect');
    const entries = new Map((await this.entries.byIds(open.map(keyOfLine))).map((entry) => [entry._id, entry]));
    const free = [...entries.values()].filter((entry) => entry.held === undefined);
    const { findings } = await this.observations.at(run, free, { again: true });
    const seen = new Map(findings.map((finding) => [finding.key, finding]));
    const results = lines.map((line): Finding => {
      const key = keyOfLine(line);
      return line.outcome === 'suspect' ? judged(line, entries.get(key), seen.get(key)) : asFinding(line);
    });
    const last = lines.length === size ? lines.at(-1)?._id : undefined;
    const others = this.connections.erp(part.connection)?.connector.listProducts
      ? { phase: 'others', after: null }
      : null;
    return { matched: 0, findings: results, next: last === undefined ? others : { phase: 'judge', after: last } };
  }

  /** SKUs that the ERP has and could be counted, but are not counted here, or not by the ERP. */
  private async others({ part, cursor }: StepOf): Promise<StepResult> {
    const bound = this.connections.erp(part.connection);
    await this.connections.refuseBlocked(part.connection);
    const page = await bound?.connector.listProducts?.(cursor?.after ?? null, bound.connection);
    const products = (page?.items ?? []).filter((product) => product.problem === undefined);
    const entries = await this.entries.ofSkus(products.flatMap(({ sku }) => sku ?? []));
    const known = new Set(entries.map((entry) => entry.sku));
    const fed = new Set(bound?.connection.warehouses.map(({ warehouse }) => warehouse));
    const elsewhere = entries.filter(({ warehouse, master }) => fed.has(warehouse) && master !== part.connection);
    const findings = products.flatMap(({ sku, productRef }): Finding[] => {
      if (sku === null || known.has(sku)) return [];
      const detail = 'nobody counts it here: an initial load brings it in';
      return [
        {
          key: `product ${encodeURIComponent(productRef)}`,
          outcome: 'missing_in_ledger',
          sku,
          externalId: productRef,
          detail,
        },
      ];
    });
    findings.push(...elsewhere.map((entry) => countedElsewhere(entry)));
    return { matched: 0, findings, next: page?.nextCursor ? { phase: 'others', after: page.nextCursor } : null };
  }
}

/** The result of a deferred difference: held, written by this run or another process, or gone. */
function judged(line: RunLine, entry: StockEntry | undefined, seen: Finding | undefined): Finding {
  const before = { ...asFinding(line), again: true as const };
  if (entry?.held !== undefined || seen?.outcome === 'suspect') return { ...before, outcome: 'held' };
  if (seen) return { ...seen, again: true };
  const isWritten = entry !== undefined && entry.quantity !== line.ours;
  return { ...before, outcome: isWritten ? 'drifted' : 'matched' };
}
