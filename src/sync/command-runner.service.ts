import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../connectors/connections.service.js';
import { type Connection, type ErpConnector, type ErpTransfer } from '../connectors/contract.js';
import { type Bound } from '../connectors/registry.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { entryId } from '../stock/entry-id.js';
import { LedgerService } from '../stock/ledger.service.js';
import { InsufficientStockError, LEDGER, type Cause, type Movement } from '../stock/ledger.types.js';
import { MovementsRepository } from '../stock/movements.repository.js';
import { CommandsRepository } from './commands.repository.js';
import { type CommandAnswer, type StockChange, type StockCommand } from './schemas.js';
import { StockObserver, UncountableError } from './stock-observer.service.js';

/** Booked in the ERP under its reference; or it will never be, and why. */
type Booking = { readonly reference: string } | { readonly refusal: string };

/** Carries a command from where it stands to its answer. Every step may be repeated. */
@Injectable()
export class CommandRunner {
  constructor(
    private readonly repository: CommandsRepository,
    private readonly connections: ConnectionsService,
    private readonly ledger: LedgerService,
    private readonly movements: MovementsRepository,
    private readonly entries: EntriesRepository,
    private readonly observer: StockObserver,
  ) {}

  async run(command: StockCommand): Promise<CommandAnswer> {
    const erp = this.connections.erp();
    const answer = await (erp ? this.inErp(command, erp) : this.inLedger(command)).catch((error: unknown) => refusal(error));
    await this.repository.answer(command._id, answer);
    return answer;
  }

  /** The ledger is the master: one guarded movement. */
  private async inLedger(command: StockCommand): Promise<CommandAnswer> {
    const { sku, warehouse, units, kind } = command.change;
    const [entry] = await this.entries.byIds([entryId(sku, warehouse)]);
    if (!entry) throw new UncountableError(sku, 'unknown', `${sku} is not known`);
    const by = kind === 'reduce' ? -units : units;
    const [movement] = await this.ledger.append({
      sku,
      warehouse,
      master: LEDGER,
      commands: [{ kind: 'adjust', by, guarded: true, key: command._id, cause: causeOf(command) }],
    });
    if (!movement) throw new Error('the ledger gave no movement');
    return answerOf(movement, movement.quantity - by, { status: 'off', reference: null });
  }

  /** The ERP is the master: promised in the ledger, booked there, counted by what it then holds. */
  private async inErp(command: StockCommand, erp: Bound<ErpConnector>): Promise<CommandAnswer> {
    const { connector, connection } = erp;
    const { change } = command;
    if (connection.publishing === 'shadow')
      return problem(409, 'shadow', 'The connection is in shadow', 'Nothing is written to the ERP before PUBLISHING is live');
    if (command.state === 'accepted') await this.prepare(command, connection.id);
    const release = this.observer.holdLooks([change.sku]);
    try {
      const booking = command.state === 'booked' ? { reference: command.reference ?? '' } : await this.book(command, connector, connection);
      if ('refusal' in booking) return await this.undo(command, booking.refusal);
      const { reference } = booking;
      const kind = change.kind === 'reduce' ? ('commit' as const) : ('adjust' as const);
      const [movement] = await this.observer.count([
        {
          ...placeOf(change),
          kind,
          units: change.units,
          key: change.kind === 'reduce' ? `${command._id}/end` : command._id,
          cause: causeOf(command),
        },
      ]);
      if (!movement) throw new Error('the observation gave no movement');
      const before = (await this.repository.find(command._id))?.before ?? movement.quantity - movement.quantityDelta;
      return answerOf(movement, before, { status: 'done', reference });
    } finally {
      release();
    }
  }

  /** Looks at the ERP, and promises the units where they are to leave. */
  private async prepare(command: StockCommand, master: string): Promise<void> {
    const { sku, warehouse, units, kind } = command.change;
    await this.observer.look(sku, warehouse, causeOf(command));
    const head = (await this.movements.heads([entryId(sku, warehouse)])).get(entryId(sku, warehouse));
    await this.repository.advance(command._id, { before: head?.quantity ?? 0 });
    if (kind === 'reduce') {
      await this.ledger.append({
        sku,
        warehouse,
        master,
        commands: [{ kind: 'reserve', units, guarded: true, key: command._id, cause: causeOf(command) }],
      });
    }
    await this.repository.advance(command._id, { state: 'reserved' });
  }

  private async book(command: StockCommand, connector: ErpConnector, connection: Connection): Promise<Booking> {
    const { change } = command;
    const name = `${connection.installation}/command/${createHash('sha256').update(command._id).digest('hex').slice(0, 16)}`;
    const transfer: ErpTransfer = {
      name,
      origin: change.orderId ?? change.reason ?? `${change.kind} by ${command.actor}`,
      direction: change.kind === 'reduce' ? 'out' : 'in',
      warehouse: change.warehouse,
      lines: [{ sku: change.sku, quantity: change.units }],
      ifShort: 'cancel',
    };
    const result = await this.transfer(connector, connection, transfer);
    if ('refusal' in result) return result;
    await this.repository.advance(command._id, { state: 'booked', reference: result.reference });
    return result;
  }

  /** What the ERP refuses for good is cancelled there, so that it will never happen, and told to whoever asked. */
  private async transfer(connector: ErpConnector, connection: Connection, transfer: ErpTransfer): Promise<Booking> {
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

  private async undo(command: StockCommand, refusal: string): Promise<CommandAnswer> {
    const { change } = command;
    if (change.kind === 'reduce') {
      await this.observer.count([
        { ...placeOf(change), kind: 'release', units: change.units, key: `${command._id}/end`, cause: causeOf(command) },
      ]);
    }
    return problem(409, 'refused-by-erp', 'The ERP does not book it', `${change.sku}: ${refusal}`, {
      sku: change.sku,
      asked: change.units,
    });
  }
}

function placeOf({ sku, warehouse }: StockChange): { sku: string; warehouse: string } {
  return { sku, warehouse };
}

function causeOf({ _id, actor, change, correlationId }: StockCommand): Cause {
  return {
    type: 'command',
    commandId: _id,
    actor,
    ...(change.reason === undefined ? {} : { reason: change.reason }),
    ...(change.orderId === undefined ? {} : { orderId: change.orderId }),
    ...(correlationId === undefined ? {} : { correlationId }),
  };
}

function answerOf(movement: Movement, before: number, odoo: { status: string; reference: string | null }): CommandAnswer {
  return { status: 200, body: { movementId: movement._id, before, after: movement.quantity, odoo } };
}

function problem(
  status: number,
  type: string,
  title: string,
  detail: string,
  extra: Readonly<Record<string, unknown>> = {},
): CommandAnswer {
  return { status, body: { type, title, detail, ...extra } };
}

/** What the caller is at fault for is an answer; anything else is tried again. */
function refusal(error: unknown): CommandAnswer {
  if (error instanceof InsufficientStockError) return problem(409, error.type, error.title, error.message, error.extra);
  if (error instanceof UncountableError) {
    return error.problem === 'unknown'
      ? problem(404, 'unknown-sku', 'Unknown SKU', error.message, { sku: error.sku })
      : problem(409, 'uncountable-sku', 'The ERP cannot count this SKU', error.message, { sku: error.sku });
  }
  throw error;
}
