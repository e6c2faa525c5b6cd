import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../common/guards/public.decorator.js';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { IntakeService, type IntakeAnswer } from './intake.service.js';
import { webhookRequest, type RawRequest } from './webhook-request.js';

const SIGNATURE =
  "Proved by `x-linkedstore-hmac-sha256`: the hex HMAC-SHA256 of the raw body, made with the app's client secret.";
const PRIVACY = `${SIGNATURE} Its address is set in the partner panel.`;

/** The first address is the one to tell Tiendanube; the second is the same. */
@ApiTags('webhooks')
@Public()
@Controller(['webhooks/tiendanube', 'tiendanube/webhook'])
export class TiendanubeWebhookController {
  constructor(private readonly intake: IntakeService) {}

  @Post()
  @HttpCode(200)
  @LogAction('webhook.event')
  @ApiOperation({
    summary: 'Something happened in a store: look at what it names',
    description: `${SIGNATURE} Answered at once, for Tiendanube waits 3 seconds; the work comes after.`,
  })
  @ApiBody({ schema: { example: { store_id: 123, event: 'order/created', id: 456 } } })
  event(@Req() request: RawRequest): Promise<IntakeAnswer> {
    return this.intake.receive('tiendanube', webhookRequest('event', request));
  }

  @Post('store-redact')
  @HttpCode(200)
  @LogAction('webhook.privacy')
  @ApiOperation({ summary: 'A store has left: its data is to be erased', description: PRIVACY })
  @ApiBody({ schema: { example: { store_id: 123 } } })
  storeRedact(@Req() request: RawRequest): Promise<IntakeAnswer> {
    return this.intake.receive('tiendanube', webhookRequest('store-redact', request));
  }

  @Post('customers-redact')
  @HttpCode(200)
  @LogAction('webhook.privacy')
  @ApiOperation({ summary: "A buyer's data is to be erased", description: PRIVACY })
  @ApiBody({ schema: { example: { store_id: 123, orders_to_redact: [456] } } })
  customersRedact(@Req() request: RawRequest): Promise<IntakeAnswer> {
    return this.intake.receive('tiendanube', webhookRequest('customers-redact', request));
  }

  @Post('customers-data-request')
  @HttpCode(200)
  @LogAction('webhook.privacy')
  @ApiOperation({ summary: 'A buyer asks what is known of them', description: PRIVACY })
  @ApiBody({ schema: { example: { store_id: 123, orders_requested: [456], data_request: { id: 789 } } } })
  customersDataRequest(@Req() request: RawRequest): Promise<IntakeAnswer> {
    return this.intake.receive('tiendanube', webhookRequest('customers-data-request', request));
  }
}
