import { Body, Controller, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { currentRequestRecord } from '../../common/context.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { sendAnswer } from '../answers.js';
import { IDEMPOTENT } from '../idempotency-key.js';
import { AdjustmentDto } from './adjustment.dto.js';
import { AdjustmentsService } from './adjustments.service.js';
import { askedBy } from './asked.js';

@ApiTags('stock')
@Controller('stock/adjustments')
export class AdjustmentsController {
  constructor(private readonly adjustments: AdjustmentsService) {}

  @Post()
  @HttpCode(200)
  @LogAction('stock.adjust')
  @ApiHeader(IDEMPOTENT)
  @ApiOperation({
    summary:
      'Say how much there is, or how much more or less: one entry, or up to 100 lines of which all happen or none',
    description:
      'An absolute quantity begins to count a SKU that nobody knows. A delta is refused with 409 where it would take more than is available; ' +
      'an absolute quantity may be less than what is promised, and the entry then shows as oversold. Deltas of one entry are added up. ' +
      'Where an ERP decides, the difference is booked there; such a line is sent alone. 202 with an address when it cannot be finished now.',
  })
  async adjust(
    @Body() body: AdjustmentDto,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = askedBy(body);
    currentRequestRecord()?.productSkus.push(...asked.lines.map(({ sku }) => sku));
    return sendAnswer(await this.adjustments.submit(asked, key), reply);
  }
}
