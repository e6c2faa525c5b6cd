import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../common/guards/public.decorator.js';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { IntakeService, type IntakeAnswer } from './intake.service.js';
import { webhookRequest, type RawRequest } from './webhook-request.js';

const SIGNATURE = 'Proved by `x-falabella-signature`: the shared secret, or `sha256=` and the hex HMAC-SHA256 of the body made with it.';

@ApiTags('webhooks')
@Public()
@Controller('falabella/webhook')
export class FalabellaWebhookController {
  constructor(private readonly intake: IntakeService) {}

  @Post('order')
  @HttpCode(200)
  @LogAction('webhook.order')
  @ApiOperation({ summary: 'An order, as it is now', description: SIGNATURE })
  @ApiBody({
    schema: {
      example: {
        orderId: 'FAL-12345',
        products: [{ sku: 'PROD-001', quantity: 2, price: 29990 }],
        status: 'confirmed',
        timestamp: '2025-12-16T10:00:00Z',
      },
    },
  })
  order(@Req() request: RawRequest): Promise<IntakeAnswer> {
    return this.intake.receive('falabella', webhookRequest('order', request));
  }

  @Post('stock')
  @HttpCode(200)
  @LogAction('webhook.stock')
  @ApiOperation({ summary: 'What the channel shows of a SKU: compared, and put right there', description: SIGNATURE })
  @ApiBody({ schema: { example: { sku: 'PROD-001', quantity: 105, timestamp: '2025-12-16T10:00:00Z' } } })
  stock(@Req() request: RawRequest): Promise<IntakeAnswer> {
    return this.intake.receive('falabella', webhookRequest('stock', request));
  }
}
