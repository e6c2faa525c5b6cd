import { Body, Controller, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { sendAnswer } from '../answers.js';
import { IDEMPOTENT } from '../idempotency-key.js';
import { ReturnDto } from './return.dto.js';
import { ReturnsService } from './returns.service.js';

@ApiTags('orders')
@Controller('orders')
export class ReturnsController {
  constructor(private readonly returns: ReturnsService) {}

  @Post(':id/returned')
  @HttpCode(200)
  @LogAction('order.returned')
  @ApiHeader(IDEMPOTENT)
  @ApiParam({
    name: 'id',
    description: 'The internal id, the platform’s, or the number that the shopper sees. 409 names several',
  })
  @ApiOperation({
    summary: 'Say what became of units that were delivered and then cancelled: back in the warehouse, or gone',
    description:
      'Goods that are back are counted where they were taken from, or in the warehouse that is given; where an ERP decides they are booked in there. ' +
      'The alert closes when nothing is asked for any more. 409 where nobody asks for so many; 202 with an address when the ERP is away.',
  })
  async returned(
    @Param('id') id: string,
    @Body() body: ReturnDto,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendAnswer(await this.returns.submit(id, body, key), reply);
  }
}
