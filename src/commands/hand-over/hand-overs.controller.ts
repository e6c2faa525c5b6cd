import { Body, Controller, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { currentRequestRecord } from '../../common/context.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { sendAnswer } from '../answers.js';
import { IDEMPOTENT } from '../idempotency-key.js';
import { HandOverDto } from './hand-over.dto.js';
import { HandOversService } from './hand-overs.service.js';

@ApiTags('stock')
@Controller('stock/hand-over')
export class HandOversController {
  constructor(private readonly handOvers: HandOversService) {}

  @Post()
  @HttpCode(200)
  @LogAction('stock.hand_over')
  @ApiHeader(IDEMPOTENT)
  @ApiOperation({
    summary: 'Say who decides how much there is of a SKU: the ERP that feeds the warehouse, or the ledger',
    description:
      'The quantity stays until the ERP is read; a large difference waits for a person like any other. Orders whose delivery has not begun are ' +
      'delivered by the new master.',
  })
  async handOver(
    @Body() body: HandOverDto,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    currentRequestRecord()?.productSkus.push(body.sku);
    return sendAnswer(await this.handOvers.submit(body, key), reply);
  }
}
