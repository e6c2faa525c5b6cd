import { type ErpTransfer, type TransferResult } from '../../contract.js';
import { OdooBusinessError, OdooBusyError } from '../errors.js';
import { type MoveRow } from '../interfaces/odoo.interface.js';
import { isObject } from '../transport/transport.js';
import { type OurPicking } from './our-picking.js';
import { type PickingClient, pickingsOf } from './picking-client.js';
import { agree, demanded, isOpen, missing, shortOf, type Stage, stageOf, wanted } from './stage.js';

/** More rounds occur only when another party keeps changing the same transfer. */
const MAX_ROUNDS = 12;

/** Runs a call that Odoo may refuse because the data has changed: the refusal is judged after a new read. */
export async function attempt(work: () => Promise<unknown>): Promise<OdooBusinessError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof OdooBusinessError) return error;
    throw error;
  }
}

/**
 * Advances one transfer of ours from any state to its end. Each step follows from what was just read,
 * never from what was done before.
 */
export class CarryThrough {
  private assigned = false;
  /** Why this run cancelled it. */
  private cancelledFor: string | null = null;
  private refused: OdooBusinessError | null = null;

  constructor(
    private readonly transfer: ErpTransfer,
    private readonly client: PickingClient,
    private readonly ours: OurPicking,
    /** False if Odoo may book a part and return `true`. */
    private readonly trueMeansAll: boolean,
  ) {}

  /** @throws OdooBusinessError where a rule in Odoo forbids a step; OdooBusyError where others keep changing it */
  async run(): Promise<TransferResult> {
    // Created a moment ago: a draft that need not be read.
    let moves: readonly MoveRow[] | null = this.ours.moves.length > 0 ? this.ours.moves : null;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const stage = moves === null ? 'draft' : stageOf(moves);
      const open = moves === null ? [this.ours.id] : pickingsOf(moves.filter(isOpen));
      this.refused = null;
      const end = await this.step(stage, open, moves ?? []);
      if (end) return end;
      moves = await this.readLines(moves);
      if (moves === null)
        return {
          state: 'conflict',
          detail: `the transfer ${this.transfer.name} was changed in Odoo while we worked on it`,
        };
      // Refused without a change of its stage, so a rule forbids it.
      if (stageOf(moves) === stage) this.throwRefusal();
    }
    throw new OdooBusyError(`the transfer ${this.transfer.name} did not come to rest`, 'stock.picking.button_validate');
  }

  private throwRefusal(): void {
    if (this.refused !== null) throw this.refused;
  }

  /** The result when this was the end; null when steps remain. */
  private async step(stage: Stage, open: readonly number[], moves: readonly MoveRow[]): Promise<TransferResult | null> {
    switch (stage) {
      case 'empty':
      case 'cancelled':
        return this.cancelledFor === null ? { state: 'cancelled' } : { state: 'short', detail: this.cancelledFor };
      case 'done':
        return this.done(moves);
      case 'draft':
        this.refused = await attempt(() => this.client.confirm(open));
        return null;
      case 'ready':
        return this.book(open, moves);
      case 'short':
        return this.seekStock(open, moves);
    }
  }

  private async book(open: readonly number[], moves: readonly MoveRow[]): Promise<TransferResult | null> {
    let answer: unknown;
    this.refused = await attempt(async () => {
      answer = await this.client.validate(open);
    });
    if (answer === true && this.trueMeansAll) return { state: 'done', reference: this.transfer.name };
    if (!isObject(answer)) return null;
    // A question may come with the work done (a print-out) or not done: only a new read shows it.
    const now = await this.client.moves(pickingsOf(moves));
    if (stageOf(now) === 'short') await this.client.unpick(now.filter(isOpen));
    if (stageOf(now) !== 'ready') return null;
    return this.giveWay(open, `Odoo asks for ${String(answer.res_model)} before it books it`);
  }

  private async seekStock(open: readonly number[], moves: readonly MoveRow[]): Promise<TransferResult | null> {
    if (!this.assigned) {
      this.assigned = true;
      this.refused = await attempt(() => this.client.assign(open));
      return null;
    }
    return this.giveWay(open, shortOf(moves, this.ours.skus));
  }

  private async giveWay(open: readonly number[], detail: string): Promise<TransferResult | null> {
    if (this.transfer.ifShort === 'wait') return { state: 'short', detail };
    this.cancelledFor = detail;
    this.refused = await attempt(() => this.client.cancel(open));
    return null;
  }

  private done(moves: readonly MoveRow[]): TransferResult {
    const rest = missing(moves, this.transfer, this.ours.skus);
    const done = { state: 'done', reference: this.transfer.name } as const;
    return rest.length === 0 ? done : { ...done, detail: `left out in Odoo: ${rest.join(', ')}` };
  }

  /**
   * The current lines, including those of backorders if the transfer was split; null when they no longer
   * match our request.
   */
  private async readLines(before: readonly MoveRow[] | null): Promise<readonly MoveRow[] | null> {
    const moves = await this.client.moves(before === null ? [this.ours.id] : pickingsOf(before));
    if (this.agrees(moves)) return moves;
    const family = await this.client.familyMoves(this.ours.id);
    return this.agrees(family) ? family : null;
  }

  private agrees(moves: readonly MoveRow[]): boolean {
    return agree(demanded(moves, this.ours.skus), wanted(this.transfer));
  }
}
