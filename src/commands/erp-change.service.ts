import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { checkpoint } from '../common/checkpoint.js';
import { ConnectionsService } from '../connectors/connections.service.js';
import { type ErpConnector, type ErpTransfer } from '../connectors/contract.js';
import { type Bound } from '../connectors/registry.js';
import { entryId } from '../stock/entry-id.js';
import { LedgerService } from '../stock/ledger.service.js';
import { type Balance, type Movement } from '../stock/ledger.types.js';
import { MovementsRepository } from '../stock/movements.repository.js';
import { reserve } from '../stock/operations/reserve.js';
import { StockObserver } from '../sync/stock-observer.service.js';
import { adjusted, causeOf, changedLine, problem } from './answers.js';
import { type StockCommand } from './command.schema.js';
import { type AdjustLine, type CommandAnswer, type UnitsChange } from './command.types.js';
import { CommandsRepository } from './commands.repository.js';

/** What is asked for of one entry whose master is an ERP. */
interface Wanted {
  readonly sku: string;
  readonly warehouse: string;
  readonly master: string;
  /** In signed units, given what the ERP holds now. */
  readonly by: (holds: number) => number;
  /** Refused where it would take more than is available. */
  readonly guarded: boolean;
  /** What a person in the warehouse sees. */
  readonly origin: string;
}

/** What was booked, and what it came to. */
interface Outcome {
  readonly before: number;
  /** Null: there was nothing to book. */
  readonly movement: Movement | null;
  readonly reference: string | null;
}

/** Booked in the ERP under its reference; or it will never be, and why. */
type Booking = { readonly reference: string } | { readonly refusal: string };

/** Changes of what an ERP decides: promised in the ledger, booked there under a name that is found again, counted by what it then holds. */
@Injectable()
export class ErpChange {
  constructor(
    private readonly repository: CommandsRepository,
    private readonly connections: ConnectionsService,
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
    return { status: 200, body: { movementId: movement?._id, before, after: movement?.quantity, odoo: { status: 'done', reference } } };
  }

  /** An absolute quantity may be less than what is promised: whether so much can leave is for the ERP to say. */
  async adjust(command: StockCommand, line: AdjustLine): Promise<CommandAnswer> {
    const { sku, warehouse, master, mode, quantity } = line;
    const by = (holds: number) => (mode === 'delta' ? quantity : quantity - holds);
    const origin = 'reason' in command.change && command.change.reason ? command.change.reason : `adjusted by ${command.actor}`;
    const outcome = await this.change(command, { sku, warehouse, master, by, guarded: mode === 'delta', origin });
    if ('status' in outcome) return outcome;
    const { movement, before, reference } = outcome;
    const erp = { connection: master, status: movement ? 'done' : 'unchanged', reference };
    return adjusted(command, [movement ? changedLine(movement, before) : await this.unchanged(line)], erp);
  }

  private async change(command: StockCommand, wanted: Wanted): Promise<Outcome | CommandAnswer> {
    const erp = this.connections.erp();
    if (!erp || erp.connection.id !== wanted.master)
      return problem(409, 'not-connected', 'The ERP is not connected', `${wanted.master} decides how much there is, and is not configured`);
    if (erp.connection.publishing === 'shadow')
      return problem(409, 'shadow', 'The connection is in shadow', 'Nothing is written to the ERP before PUBLISHING is live');
    const { before, by } = await this.prepare(command, wanted);
    if (by === 0) return { before, movement: null, reference: null };
    const release = this.observer.holdLooks([wanted.sku]);
    try {
      const booking = command.state === 'booked' ? { reference: command.reference ?? '' } : await this.book(command, wanted, by, erp);
      if ('refusal' in booking) return await this.undo(command, wanted, by, booking.refusal);
      const movement = await this.count(command, wanted, by, by < 0 ? 'commit' : 'adjust');
      checkpoint('command.counted');
      return { before, movement, reference: booking.reference };
    } finally {
      release();
    }
  }

  /** Looks at the ERP, notes once what is to be booked, and promises the units that are to leave. */
  private async prepare(command: StockCommand, { sku, warehouse, master, by, guarded }: Wanted): Promise<{ before: number; by: number }> {
    if (command.state !== 'accepted') return { before: command.before ?? 0, by: command.by ?? 0 };
    await this.observer.look(sku, warehouse, causeOf(command));
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

  private async book(command: StockCommand, { sku, warehouse, origin }: Wanted, by: number, erp: Bound<ErpConnector>): Promise<Booking> {
    const transfer: ErpTransfer = {
      name: `${erp.connection.installation}/command/${createHash('sha256').update(command._id).digest('hex').slice(0, 16)}`,
      origin,
      direction: by < 0 ? 'out' : 'in',
      warehouse,
      lines: [{ sku, quantity: Math.abs(by) }],
      ifShort: 'cancel',
    };
    const result = await this.transfer(erp, transfer);
    checkpoint('command.sent');
    if ('refusal' in result) return result;
    await this.repository.advance(command._id, { state: 'booked', reference: result.reference });
    checkpoint('command.booked');
    return result;
  }

  /** What the ERP refuses for good is cancelled there, so that it will never happen, and told to whoever asked. */
  private async transfer({ connector, connection }: Bound<ErpConnector>, transfer: ErpTransfer): Promise<Booking> {
    try {
      const result = await connector.transfer(transfer, connection);
      if (result.state === 'done') return { reference: result.reference };
      return { refusal: result.state === 'cancelled' ? 'it was cancelled in the ERP' : result.detail };
    } catch (error) {
      const remedy = connector.classify(error);
      if (remedy.do !== 'giveUp') throw error;
      const { state } = await connector.cancelTransfer(transfer, connection);
      return state === 'done' ? { reference: transfer.name } : { refusal: remedy.reason };
    }
  }

  private async undo(command: StockCommand, wanted: Wanted, by: number, refusal: string): Promise<CommandAnswer> {
    if (by < 0) await this.count(command, wanted, by, 'release');
    const { sku } = wanted;
    return problem(409, 'refused-by-erp', 'The ERP does not book it', `${sku}: ${refusal}`, { sku, asked: Math.abs(by) });
  }

  private async count(
    command: StockCommand,
    { sku, warehouse }: Wanted,
    by: number,
    kind: 'commit' | 'release' | 'adjust',
  ): Promise<Movement> {
    const key = by < 0 ? `${command._id}/end` : command._id;
    const [movement] = await this.observer.count([{ sku, warehouse, kind, units: Math.abs(by), key, cause: causeOf(command) }]);
    if (!movement) throw new Error('the observation gave no movement');
    return movement;
  }

  private async unchanged({ sku, warehouse }: AdjustLine) {
    const { quantity, reserved } = await this.head(sku, warehouse);
    return { sku, warehouse, before: quantity, after: quantity, reserved, available: quantity - reserved, movementId: null };
  }

  private async head(sku: string, warehouse: string): Promise<Balance> {
    const id = entryId(sku, warehouse);
    return (await this.movements.heads([id])).get(id) ?? { place: 0, quantity: 0, reserved: 0 };
  }
}
