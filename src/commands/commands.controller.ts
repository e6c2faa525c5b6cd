import { Body, Controller, Get, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { currentRequestRecord } from '../common/context.js';
import { NotFoundError } from '../common/errors.js';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { ReaderLanguage } from '../common/reader-language.js';
import { type Language } from '../words/language.js';
import { Words } from '../words/words.js';
import { sendAnswer } from './answers.js';
import { ChangeStockDto } from './change-stock.dto.js';
import { type StockCommand } from './command.schema.js';
import { type CommandAnswer, type UnitsChange } from './command.types.js';
import { CommandsService } from './commands.service.js';
import { IDEMPOTENT } from './idempotency-key.js';
import { UnitsService } from './units.service.js';

@ApiTags('stock')
@Controller()
export class CommandsController {
  constructor(
    private readonly units: UnitsService,
    private readonly commands: CommandsService,
    private readonly words: Words,
  ) {}

  @Post('erp/stock/reduce')
  @HttpCode(200)
  @LogAction('stock.reduce')
  @ApiHeader(IDEMPOTENT)
  @ApiOperation({ summary: 'Take units out, in the ERP and in the ledger. 202 with an address when the ERP is away' })
  reduce(
    @Body() body: ChangeStockDto,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.change('reduce', body, key, reply);
  }

  @Post('erp/stock/increase')
  @HttpCode(200)
  @LogAction('stock.increase')
  @ApiHeader(IDEMPOTENT)
  @ApiOperation({ summary: 'Put units in, in the ERP and in the ledger. 202 with an address when the ERP is away' })
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
  async get(@Param('id') id: string, @ReaderLanguage() language: Language) {
    const command = await this.commands.find(id);
    if (!command) throw new NotFoundError('problems.not-found.command', { id: id.slice(0, 60) });
    const about = { commandId: id, ...describe(command), createdAt: command.createdAt };
    const { error } = command.finish;
    const waiting = error === undefined ? {} : { waiting: this.words.reason(error, language) };
    return command.answer
      ? { ...about, status: command.answer.status < 400 ? 'done' : 'refused', answer: command.answer.body }
      : { ...about, status: 'pending', ...waiting };
  }

  private async change(
    kind: UnitsChange['kind'],
    body: ChangeStockDto,
    key: string | undefined,
    reply: FastifyReply,
  ): Promise<CommandAnswer['body']> {
    const record = currentRequestRecord();
    record?.productSkus.push(body.sku);
    if (body.orderId) record?.orderIds.push(body.orderId);
    return sendAnswer(await this.units.submit(kind, body, key), reply);
  }
}

function describe({ change }: StockCommand): Record<string, unknown> {
  const { kind } = change;
  switch (kind) {
    case 'adjust':
      return {
        kind,
        lines: change.lines.map(({ sku, warehouse, mode, quantity }) => ({ sku, warehouse, mode, quantity })),
      };
    case 'return':
      return {
        kind,
        orderId: change.orderId,
        goodsBack: change.goodsBack,
        items: change.items.map(({ sku, units }) => ({ sku, units })),
      };
    case 'hand_over':
      return { kind, sku: change.sku, warehouse: change.warehouse, master: change.master };
    case 'reduce':
    case 'increase':
      return { kind, sku: change.sku, quantity: change.units, warehouse: change.warehouse };
  }
}
