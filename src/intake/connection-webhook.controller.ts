import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { IntakeService, type IntakeAnswer } from './intake.service.js';
import { webhookRequest, type RawRequest } from './webhook-request.js';

@ApiTags('webhooks')
@Controller('webhooks')
export class ConnectionWebhookController {
  constructor(private readonly intake: IntakeService) {}

  @Post(':connection/:topic')
  @HttpCode(200)
  @LogAction('webhook.received', { public: true, body: 'raw' })
  @ApiOperation({
    summary: 'A webhook of one of several accounts of a kind',
    description: 'Proved as the webhooks of the default account are, with the credentials of this one.',
  })
  @ApiParam({ name: 'connection', example: 'my-shop' })
  @ApiParam({ name: 'topic', example: 'order', description: 'order, stock or stock-change' })
  take(
    @Param('connection') connection: string,
    @Param('topic') topic: string,
    @Req() request: RawRequest,
  ): Promise<IntakeAnswer> {
    return this.intake.receiveFor(connection, webhookRequest(topic, request));
  }
}
