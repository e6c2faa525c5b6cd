import { Injectable } from '@nestjs/common';
import { checkpoint } from '../common/checkpoint.js';
import { entryId } from '../stock/entry-id.js';
import { LedgerService } from '../stock/ledger.service.js';
import { type Balance, type Movement } from '../stock/ledger.types.js';
import { MovementsRepository } from '../stock/movements.repository.js';
import { reserve } from '../stock/operations/reserve.js';
import { StockObserver } from '../fulfilment/stock-observer.service.js';
import { adjusted, causeOf, changedLine, problem } from './answers.js';
import { type StockCommand } from './command.schema.js';
import { type AdjustLine, type CommandAnswer, type UnitsChange } from './command.types.js';
import { CommandsRepository } from './commands.repository.js';
import { ErpGateway, type Booking } from './erp-gateway.service.js';
import { endKeyOf } from './transfer-names.js';

/** A requested change of one entry whose master is an ERP. */
interface Wanted {
  readonly sku: string;
  readonly warehouse: string;
  readonly master: string;
  /** The signed units, given the ERP's quantity. */
  readonly by: (holds: number) => number;
  /** Refused when it would take more than is available. */
  readonly guarded: boolean;
  /** The text for people in the warehouse. */
  readonly origin: string;
}

/** The booking and its result. */
interface Outcome {
  readonly before: number;
  /** Null: nothing had to be booked. */
  readonly movement: Movement | null;
  readonly reference: string | null;
}

/**
 * Changes of stock that an ERP masters: reserved in the ledger, booked in the ERP under a name that can be
 * looked up, and counted by observing the ERP.
 */
@Injectable()
export class ErpChange {
  constructor(
    private readonly repository: CommandsRepository,
    private readonly desk: ErpGateway,
    private readonly ledger: LedgerService,
    private readonly movements: MovementsRepository,
    private readonly observer: StockObserver,
  ) {}

  async changeBy(command: StockCommand, change: UnitsChange): Promise<CommandAnswer> {
    const { kind, sku, warehouse, master, units, orderId, reason } = change;
    const origin = orderId ?? reason ?? `${kind} by ${command.actor}`;
    const outcome = await this.change(command, {
      sku,
      warehouse,
      master,
      by: () => (kind === 'reduce' ? -units : units),
      guarded: true,
      origin,
    });
    if ('status' in outcome) return outcome;
    const { movement, before, reference } = outcome;
    return {
      status: 200,
      body: {
        movementId: movement?._id,
        before,
        after: movement?.quantity,
        erp: { connection: master, status: 'done', reference },
      },
    };
  }

  /** An absolute quantity may be less than the reserved units: the ERP decides whether that many can leave. */
  async adjust(command: StockCommand, line: AdjustLine): Promise<CommandAnswer> {
    const { sku, warehouse, master, mode, quantity } = line;
    const by = (holds: number) => (mode === 'delta' ? quantity : quantity - holds);
    const origin =
      'reason' in command.change && command.change.reason ? command.change.reason : `adjusted by ${command.actor}`;
    const outcome = await this.change(command, { sku, warehouse, master, by, guarded: mode === 'delta', origin });
    if ('status' in outcome) return outcome;
    const { movement, before, reference } = outcome;
    const erp = { connection: master, status: movement ? 'done' : 'unchanged', reference };
    return adjusted(command, [movement ? changedLine(movement, before) : await this.unchanged(line)], erp);
  }

  private async change(command: StockCommand, wanted: Wanted): Promise<Outcome | CommandAnswer> {
    const obstacle = this.desk.obstacle(wanted.master);
    // A command in progress is reserved, and perhaps booked: it waits until the ERP may be called again.
    if (obstacle && command.by !== undefined) throw new Error(obstacle.reason);
    if (obstacle) return obstacle.answer;
    const { before, by } = await this.prepare(command, wanted);
    if (by === 0) return { before, movement: null, reference: null };
    const booking =
      command.state === 'booked' ? { reference: command.reference ?? '' } : await this.book(command, wanted, by);
    if ('refusal' in booking) return this.undo(command, wanted, by, booking.refusal);
    const movement = await this.count(command, wanted, by, by < 0 ? 'commit' : 'adjust');
    checkpoint('command.counted');
    return { before, movement, reference: booking.reference };
  }

  /** Observes the ERP, stores once what to book, and reserves the units that are to leave. */
  private async prepare(
    command: StockCommand,
    { sku, warehouse, master, by, guarded }: Wanted,
  ): Promise<{ before: number; by: number }> {
    if (command.state !== 'accepted') return { before: command.before ?? 0, by: command.by ?? 0 };
    await this.observer.observe(sku, warehouse, causeOf(command));
    const { quantity } = await this.head(sku, warehouse);
    const measured = await this.repository.measure(command._id, { before: quantity, by: by(quantity) });
    checkpoint('command.measured');
    if (measured.by < 0) {
      const promised = reserve({ key: command._id, cause: causeOf(command), units: -measured.by, guarded });
      await this.ledger.append({ sku, warehouse, master, commands: [promised] });
    }
    await this.repository.advance(command._id, { state: 'reserved' });
    checkpoint('command.reserved');
    return measured;
  }

  private async book(command: StockCommand, { sku, warehouse, master, origin }: Wanted, by: number): Promise<Booking> {
    const direction = by < 0 ? ('out' as const) : ('in' as const);
    const booking = await this.desk.book(command, master, {
      origin,
      direction,
      warehouse,
      lines: [{ sku, quantity: Math.abs(by) }],
    });
    checkpoint('command.sent');
    if ('refusal' in booking) return booking;
    await this.repository.advance(command._id, { state: 'booked', reference: booking.reference });
    checkpoint('command.booked');
    return booking;
  }

  private async undo(command: StockCommand, wanted: Wanted, by: number, refusal: string): Promise<CommandAnswer> {
    if (by < 0) await this.count(command, wanted, by, 'release');
    const { sku } = wanted;
    return problem(409, 'problems.refused-by-erp.booking', { sku, reason: refusal }, { sku, asked: Math.abs(by) });
  }

  private async count(
    command: StockCommand,
    { sku, warehouse }: Wanted,
    by: number,
    kind: 'commit' | 'release' | 'adjust',
  ): Promise<Movement> {
    const key = endKeyOf(command._id, by);
    const [movement] = await this.observer.count([
      { sku, warehouse, kind, units: Math.abs(by), key, cause: causeOf(command) },
    ]);
    if (!movement) throw new Error('the observation gave no movement');
    return movement;
  }

  private async unchanged({ sku, warehouse }: AdjustLine) {
    const { quantity, reserved } = await this.head(sku, warehouse);
    return {
      sku,
      warehouse,
      before: quantity,
      after: quantity,
      reserved,
      available: quantity - reserved,
      movementId: null,
    };
  }

  private async head(sku: string, warehouse: string): Promise<Balance> {
    const id = entryId(sku, warehouse);
    return (await this.movements.heads([id])).get(id) ?? { seq: 0, quantity: 0, reserved: 0 };
  }
}
