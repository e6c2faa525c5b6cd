import { type FastifyReply } from 'fastify';
import { ProblemError } from '../common/errors.js';
import { type Cause, InsufficientStockError, type Movement } from '../stock/ledger.types.js';
import { UncountableError } from '../fulfilment/stock-observer.service.js';
import { type StockCommand } from './command.schema.js';
import { type AdjustLine, type CommandAnswer } from './command.types.js';

/** How one entry came out of a command, in units. */
export interface ChangedLine {
  readonly sku: string;
  readonly warehouse: string;
  readonly before: number;
  readonly after: number;
  readonly reserved: number;
  readonly available: number;
  /** Null: there was nothing to do. */
  readonly movementId: string | null;
}

/** The entry that a movement led to, as its caller is told. `before`: where more than this movement lies in between. */
export function changedLine(movement: Movement, before = movement.quantity - movement.quantityDelta): ChangedLine {
  const { sku, warehouse, quantity, reserved, _id } = movement;
  return { sku, warehouse, before, after: quantity, reserved, available: quantity - reserved, movementId: _id };
}

/** An adjustment that was carried out. `erp`: where it was booked. */
export function adjusted(
  command: StockCommand,
  lines: readonly ChangedLine[],
  erp?: Readonly<Record<string, unknown>>,
): CommandAnswer {
  return { status: 200, body: { commandId: command._id, status: 'done', lines, ...(erp && { erp }) } };
}

export function problem(
  status: number,
  type: string,
  title: string,
  detail: string,
  extra: Readonly<Record<string, unknown>> = {},
): CommandAnswer {
  return { status, body: { type, title, detail, ...extra } };
}

/** What the caller is at fault for is an answer; anything else is thrown on, and tried again. */
export function refusal(error: unknown): CommandAnswer {
  if (error instanceof InsufficientStockError) return problem(409, error.type, error.title, error.message, error.extra);
  if (error instanceof UncountableError) {
    return error.problem === 'unknown'
      ? problem(404, 'unknown-sku', 'Unknown SKU', error.message, { sku: error.sku })
      : problem(409, 'uncountable-sku', 'The ERP cannot count this SKU', error.message, { sku: error.sku });
  }
  throw error;
}

/** Nobody counted this entry before, or another master got there first. */
export function otherMaster({ sku, warehouse }: Pick<AdjustLine, 'sku' | 'warehouse'>, master: string): CommandAnswer {
  return problem(409, 'other-master', 'Another master decides', `${master} decides how much of ${sku} there is`, {
    sku,
    warehouse,
    master,
  });
}

/** Sends an answer as it was stored. @throws ProblemError where it is a refusal */
export function sendAnswer({ status, body }: CommandAnswer, reply: FastifyReply): CommandAnswer['body'] {
  if (status >= 400) {
    const { type, title, detail, ...extra } = body;
    throw new ProblemError(status, String(type), String(title), String(detail), extra);
  }
  if (status === 202) void reply.header('location', String(body.href));
  void reply.status(status);
  return body;
}

/** Who and what a movement of this command is due to. */
export function causeOf({ _id, actor, change, correlationId }: StockCommand): Cause {
  const orderId = 'orderId' in change ? change.orderId : undefined;
  const connection = 'connection' in change ? change.connection : undefined;
  return {
    type: 'command',
    commandId: _id,
    actor,
    ...(change.reason === undefined ? {} : { reason: change.reason }),
    ...(orderId === undefined ? {} : { orderId }),
    ...(connection === undefined ? {} : { connection }),
    ...(correlationId === undefined ? {} : { correlationId }),
  };
}
