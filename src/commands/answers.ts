import { type FastifyReply } from 'fastify';
import { ProblemError, problemTexts } from '../common/errors.js';
import { type Cause, InsufficientStockError, type Movement } from '../stock/ledger.types.js';
import { UncountableError } from '../fulfilment/stock-observer.service.js';
import { type ProblemCode } from '../words/core-words.js';
import { DEFAULT_LANGUAGE } from '../words/language.js';
import { type Message } from '../words/message.js';
import { type StockCommand } from './command.schema.js';
import { type AdjustLine, type CommandAnswer } from './command.types.js';

/** The result of a command for one entry, in units. */
export interface ChangedLine {
  readonly sku: string;
  readonly warehouse: string;
  readonly before: number;
  readonly after: number;
  readonly reserved: number;
  readonly available: number;
  /** Null: nothing had to change. */
  readonly movementId: string | null;
}

/** The entry after a movement, for the caller. `before`: given when other movements lie in between. */
export function changedLine(movement: Movement, before = movement.quantity - movement.quantityDelta): ChangedLine {
  const { sku, warehouse, quantity, reserved, _id } = movement;
  return { sku, warehouse, before, after: quantity, reserved, available: quantity - reserved, movementId: _id };
}

/** The answer to an applied adjustment. `erp`: the ERP that booked it. */
export function adjusted(
  command: StockCommand,
  lines: readonly ChangedLine[],
  erp?: Readonly<Record<string, unknown>>,
): CommandAnswer {
  return { status: 200, body: { commandId: command._id, status: 'done', lines, ...(erp && { erp }) } };
}

/** A refusal, stored by its code. The English texts are for those who read the stored answer. */
export function problem(
  status: number,
  code: ProblemCode,
  params: Message['params'] = {},
  extra: Readonly<Record<string, unknown>> = {},
): CommandAnswer {
  return { status, body: { ...problemTexts({ code, params }, DEFAULT_LANGUAGE), code, params, ...extra } };
}

/** The answer to an error that is the caller's fault. Any other error is thrown, and the command is retried. */
export function refusal(error: unknown): CommandAnswer {
  if (error instanceof InsufficientStockError)
    return problem(
      409,
      'problems.insufficient-stock.detail',
      { sku: error.sku, available: error.available, asked: error.asked },
      error.extra,
    );
  if (error instanceof UncountableError) {
    const reason = { reason: error.message };
    return error.problem === 'unknown'
      ? problem(404, 'problems.unknown-sku.erp', reason, { sku: error.sku })
      : problem(409, 'problems.uncountable-sku.erp', reason, { sku: error.sku });
  }
  throw error;
}

/** The entry was not counted before, or another master was set first. */
export function otherMaster({ sku, warehouse }: Pick<AdjustLine, 'sku' | 'warehouse'>, master: string): CommandAnswer {
  return problem(409, 'problems.other-master.detail', { master, sku }, { sku, warehouse, master });
}

/** Sends a stored answer; one from before there were codes has its English texts. @throws ProblemError when it is a refusal */
export function sendAnswer({ status, body }: CommandAnswer, reply: FastifyReply): CommandAnswer['body'] {
  if (status >= 400) {
    const { type, title, detail, code, params, ...extra } = body;
    const wording =
      code === undefined
        ? { type: String(type), title: String(title), detail: String(detail) }
        : { code: code as ProblemCode, params: params as Message['params'] };
    throw new ProblemError(status, wording, extra);
  }
  if (status === 202) void reply.header('location', String(body.href));
  void reply.status(status);
  return body;
}

/** The cause of this command's movements. */
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
