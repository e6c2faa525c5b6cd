import { Injectable } from '@nestjs/common';
import { ConflictError, InvalidInputError, ProblemError, type FieldProblem } from '../../common/errors.js';
import { WarehousesService } from '../../connections/warehouses/warehouses.service.js';
import { isCounted } from '../../stock/entries.repository.js';
import { entryId } from '../../stock/entry-id.js';
import { LEDGER } from '../../stock/ledger.types.js';
import { type Adjustment, type AdjustLine, type CommandAnswer } from '../command.types.js';
import { CommandsService } from '../commands.service.js';
import { EntryMasters, type StockState } from '../entry-masters.service.js';
import { foldLines, type AskedLine, type FoldedLine } from './fold-lines.js';

/** A request, as its caller sent it. */
export interface AskedAdjustment {
  readonly lines: readonly AskedLine[];
  /** The lines came as a list, so that error fields are named with it. */
  readonly listed: boolean;
  readonly master?: string;
  readonly reason: string;
}

/** Adjustments of stock by a person. */
@Injectable()
export class AdjustmentsService {
  constructor(
    private readonly commands: CommandsService,
    private readonly masters: EntryMasters,
    private readonly warehouses: WarehousesService,
  ) {}

  /**
   * Applies an adjustment; of several entries all or none.
   * @throws InvalidInputError naming the lines that cannot be applied as requested
   * @throws ProblemError 404 for a difference on an uncounted SKU, 409 for another master than the entry's
   */
  submit(asked: AskedAdjustment, idempotencyKey: string | undefined): Promise<CommandAnswer> {
    const { lines, master, reason } = asked;
    return this.commands.submit({ kind: 'adjust', lines, master, reason }, () => this.planned(asked), idempotencyKey);
  }

  private async planned(asked: AskedAdjustment): Promise<Adjustment> {
    const field = (position: number, name: string) => (asked.listed ? `lines[${position}].${name}` : name);
    const { lines, problems } = foldLines(asked.lines, field);
    const nowhere = asked.lines.flatMap(({ warehouse }, position) =>
      this.warehouses.find(warehouse)
        ? []
        : [{ field: field(position, 'warehouse'), expected: 'must be the code of a warehouse' }],
    );
    refuse([...problems, ...nowhere]);
    const standings = await this.masters.of(lines);
    const known = lines.map((line) => ({ line, standing: standings.get(entryId(line.sku, line.warehouse)) ?? NEW }));
    const planned = known.map(({ line, standing }) => this.withMaster(line, standing, asked.master));
    if (planned.length > 1) refuse(aloneProblems(lines, planned, field));
    refuseUncounted(
      known
        .filter(({ standing: { entry } }, i) => !(entry && isCounted(entry)) && planned[i]?.master === LEDGER)
        .map(({ line }) => line),
      field,
    );
    return { kind: 'adjust', lines: planned, reason: asked.reason };
  }

  private withMaster(
    { sku, warehouse, mode, quantity }: FoldedLine,
    standing: StockState,
    asked: string | undefined,
  ): AdjustLine {
    const line = { sku, warehouse, mode, quantity };
    if (asked === undefined || asked === standing.master) return { ...line, master: standing.master };
    if (standing.entry && (asked !== LEDGER || isCounted(standing.entry)))
      throw new ConflictError(
        'problems.other-master.detail',
        { master: standing.master, sku },
        {
          sku,
          warehouse,
          master: standing.master,
        },
      );
    const feeding = this.warehouses.find(warehouse)?.erp?.connection;
    if (asked !== LEDGER && asked !== feeding)
      refuse([
        {
          field: 'master',
          expected: `must be ${[LEDGER, feeding].filter((one) => one !== undefined).join(' or ')} for this warehouse`,
        },
      ]);
    return { ...line, master: asked };
  }
}

const NEW: StockState = { entry: undefined, master: LEDGER };

/** An ERP books one line at a time, so a line could not be undone together with the others. */
function aloneProblems(
  folded: readonly FoldedLine[],
  planned: readonly AdjustLine[],
  field: (position: number, name: string) => string,
) {
  return folded.flatMap(({ positions }, i) => {
    const master = planned[i]?.master ?? LEDGER;
    return master === LEDGER
      ? []
      : positions.map((position) => ({
          field: field(position, 'sku'),
          expected: `must be sent alone: ${master} decides how much of it there is`,
        }));
  });
}

/** Only an absolute line begins to count a SKU: a difference on an unknown SKU is most likely a typing error. */
function refuseUncounted(unknown: readonly FoldedLine[], field: (position: number, name: string) => string): void {
  const differences = unknown.filter(({ mode }) => mode === 'delta');
  if (differences.length === 0) return;
  const names = differences.map(({ sku, warehouse }) => `${sku} in ${warehouse}`).join(', ');
  throw new ProblemError(
    404,
    { code: 'problems.unknown-sku.delta', params: { skus: names } },
    {
      errors: differences.flatMap(({ positions }) =>
        positions.map((position) => ({ field: field(position, 'sku'), expected: 'must be known for a delta' })),
      ),
    },
  );
}

function refuse(problems: readonly FieldProblem[]): void {
  if (problems.length > 0) throw new InvalidInputError(problems);
}
