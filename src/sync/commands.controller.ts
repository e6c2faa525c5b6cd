import { Body, Controller, Get, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { currentRequestRecord } from '../common/context.js';
import { InvalidInputError, NotFoundError, ProblemError } from '../common/errors.js';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { ChangeStockDto } from './change-stock.dto.js';
import { CommandsService } from './commands.service.js';
import { MAIN_WAREHOUSE } from './order-policy.service.js';
import { type CommandAnswer, type StockChange } from './schemas.js';

const KEY_FORM = /^[\x21-\x7e]{1,200}$/;
const IDEMPOTENT = { name: 'Idempotency-Key', required: false, description: 'The same key and body again: the same answer, one effect' };

@ApiTags('stock')
@Controller()
export class CommandsController {
  constructor(private readonly commands: CommandsService) {}

  @Post('odoo/stock/reduce')
  @HttpCode(200)
  @LogAction('stock.reduce')
  @ApiHeader(IDEMPOTENT)
  @ApiOperation({ summary: 'Take units out, in Odoo and in the ledger. 202 with an address when Odoo is away' })
  reduce(
    @Body() body: ChangeStockDto,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.change('reduce', body, key, reply);
  }

  @Post('odoo/stock/increase')
  @HttpCode(200)
  @LogAction('stock.increase')
  @ApiHeader(IDEMPOTENT)
  @ApiOperation({ summary: 'Put units in, in Odoo and in the ledger. 202 with an address when Odoo is away' })
  increase(
    @Body() body: ChangeStockDto,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.change('increase', body, key, reply);
  }

  @Get('commands/:id')
  @LogAction('commands.get')
  @ApiOperation({ summary: 'What became of a change that was answered with 202' })
  async get(@Param('id') id: string) {
    const command = await this.commands.find(id);
    if (!command) throw new NotFoundError(`there is no command ${id.slice(0, 60)}`);
    const { sku, units, kind } = command.change;
    const waiting = command.finish.error === undefined ? {} : { waiting: command.finish.error };
    const about = { commandId: id, kind, sku, quantity: units, createdAt: command.createdAt };
    return command.answer
      ? { ...about, status: command.answer.status < 400 ? 'done' : 'refused', answer: command.answer.body }
      : { ...about, status: 'pending', ...waiting };
  }

  private async change(
    kind: StockChange['kind'],
    body: ChangeStockDto,
    key: string | undefined,
    reply: FastifyReply,
  ): Promise<CommandAnswer['body']> {
    if (key !== undefined && !KEY_FORM.test(key))
      throw new InvalidInputError([{ field: 'Idempotency-Key', expected: 'must be 1 to 200 printable ASCII characters without spaces' }]);
    const { sku, quantity, orderId, reason, warehouse = MAIN_WAREHOUSE } = body;
    const record = currentRequestRecord();
    record?.productSkus.push(sku);
    if (orderId) record?.orderIds.push(orderId);
    const answer = await this.commands.submit(
      { kind, sku, units: quantity, warehouse, ...(orderId && { orderId }), ...(reason && { reason }) },
      key,
    );
    if (answer.status >= 400) throw asProblem(answer);
    if (answer.status === 202) void reply.header('location', String(answer.body.href));
    void reply.status(answer.status);
    return answer.body;
  }
}

function asProblem({ status, body }: CommandAnswer): ProblemError {
  const { type, title, detail, ...extra } = body;
  return new ProblemError(status, String(type), String(title), String(detail), extra);
}
