import { Injectable } from '@nestjs/common';
import { EntryMasters, type StockState } from '../../commands/entry-masters.service.js';
import { EntriesRepository, isCounted } from '../../stock/entries.repository.js';
import { entryId } from '../../stock/entry-id.js';
import { LEDGER } from '../../stock/ledger.types.js';
import { NearSkus } from '../../stock/near-skus.service.js';
import { QuantityVersions, type QuantityThen } from '../../stock/quantity-versions.service.js';
import { checkStockState, isSound } from './check-stock-state.js';
import { checkUnknownSku, type UnknownSku } from './check-unknown-sku.js';
import { checkVersion, isVersioned } from './check-version.js';
import { type ImportLine, type ImportOptions, type SoundLine } from './import.types.js';
import { KnownSkuLookup } from './known-sku-lookup.js';

/** Checks lines of valid form against the stock. */
@Injectable()
export class StockCheck {
  constructor(
    private readonly masters: EntryMasters,
    private readonly versions: QuantityVersions,
    private readonly entries: EntriesRepository,
    private readonly near: NearSkus,
  ) {}

  /** Begins the check of a file. */
  begin(options: ImportOptions): (lines: readonly ImportLine[]) => Promise<ImportLine[]> {
    const known = new KnownSkuLookup(this.entries, this.near);
    return (lines) => this.check(options, known, lines);
  }

  /** The outcome of each line. */
  private async check(
    options: ImportOptions,
    known: KnownSkuLookup,
    lines: readonly ImportLine[],
  ): Promise<ImportLine[]> {
    const sound = lines.filter(isSound).map(formOf);
    const [states, versions] = await Promise.all([this.masters.of(sound), this.versionsOf(sound)]);
    const texts = sound.flatMap(({ text }) => text ?? []);
    const untidy = new Set(texts.length === 0 ? [] : (await this.entries.ofSkus(texts)).map(({ sku }) => sku));
    const skus = await known.look(sound.filter((line) => !states.get(idOf(line))?.entry).map(({ sku }) => sku));
    const facts = { states, versions, skus, untidy };
    const checked = lines.map((line) => (isSound(line) ? outcomeOf(formOf(line), facts, options) : line));
    return this.withoutSales(options, checked);
  }

  private versionsOf(lines: readonly SoundLine[]): Promise<Map<string, QuantityThen>> {
    return this.versions.since(lines.filter(isVersioned).map((line) => ({ entry: idOf(line), seq: line.version })));
  }

  /** Refuses the lines without a version that would undo a sale made since the time that the caller named. */
  private async withoutSales({ since, force }: ImportOptions, lines: ImportLine[]): Promise<ImportLine[]> {
    if (since === undefined || force) return lines;
    const sold = await this.versions.soldSince(lines.filter(mayUndoSales).map(idOf), since);
    return lines.map((line) => {
      if (!mayUndoSales(line)) return line;
      const { before = 0, quantity } = line;
      if (!sold.has(idOf(line))) return { ...line, base: before };
      const params = { since: since.toISOString(), quantity, now: before };
      const problem = { field: 'quantity', message: { code: 'imports.sold_since', params } } as const;
      return { ...formOf(line), outcome: 'refused', before, problems: [problem] };
    });
  }
}

/** What is read for a chunk: by entry, and of unknown SKUs by SKU. */
interface Facts {
  readonly states: ReadonlyMap<string, StockState>;
  readonly versions: ReadonlyMap<string, QuantityThen>;
  readonly skus: ReadonlyMap<string, UnknownSku>;
  /** Texts of the file under which stock was counted before SKUs were written in one way. */
  readonly untidy: ReadonlySet<string>;
}

function outcomeOf(line: SoundLine, { states, versions, skus, untidy }: Facts, options: ImportOptions): ImportLine {
  if (line.text !== undefined && untidy.has(line.text)) return countedUntidily(line);
  const found = states.get(idOf(line));
  if (!found) return line;
  const isFree = options.master !== undefined && !(found.entry && isCounted(found.entry));
  const state = isFree ? { entry: undefined, master: LEDGER } : found;
  const unknown = skus.get(line.sku);
  const refused = unknown && checkUnknownSku(line, unknown, options);
  if (refused) return refused;
  const then = versions.get(idOf(line));
  const checked = then && isVersioned(line) ? checkVersion(line, state, then, options) : checkStockState(line, state);
  return unknown && unknown.nearest.length > 0 ? { ...checked, nearest: unknown.nearest } : checked;
}

/** It would be counted twice: under its text, and as it is written now. */
function countedUntidily(line: SoundLine): ImportLine {
  const expected = `must not be ${JSON.stringify(line.text)}: it is counted under that text, and would be counted again as ${line.sku}`;
  return { ...line, outcome: 'refused', problems: [{ field: 'sku', expected }] };
}

function mayUndoSales(line: ImportLine): line is SoundLine {
  return isSound(line) && line.mode === 'absolute' && line.version === undefined && line.outcome === 'changed';
}

/** A line as it was read, without the result of a check that was interrupted. */
function formOf({ line, sku, text, warehouse, mode, quantity, reason, version }: SoundLine): SoundLine {
  return {
    line,
    sku,
    ...(text !== undefined && { text }),
    warehouse,
    mode,
    quantity,
    ...(reason !== undefined && { reason }),
    ...(version !== undefined && { version }),
  };
}

function idOf({ sku, warehouse }: SoundLine): string {
  return entryId(sku, warehouse);
}
