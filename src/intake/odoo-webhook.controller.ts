import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Public } from '../common/guards/public.decorator.js';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { IntakeService, type IntakeAnswer } from './intake.service.js';
import { webhookRequest, type RawRequest } from './webhook-request.js';

@ApiTags('webhooks')
@Public()
@Controller('odoo/webhook')
export class OdooWebhookController {
  constructor(private readonly intake: IntakeService) {}

  @Post('stock-change')
  @HttpCode(200)
  @LogAction('webhook.stock-change')
  @ApiOperation({
    summary: 'Something changed in Odoo: look',
    description:
      'The body as an Odoo automation sends it, or `{sku, quantity, warehouse?}`. Proved by `?token=` or `x-odoo-webhook-secret`.',
  })
  @ApiQuery({ name: 'token', required: false })
  @ApiBody({ schema: { example: { sku: 'PROD-001', quantity: 50 } } })
  stockChange(@Req() request: RawRequest): Promise<IntakeAnswer> {
    return this.intake.receive('odoo', webhookRequest('stock-change', request));
  }
}
