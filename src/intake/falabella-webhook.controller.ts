import { type FastifyRequest } from 'fastify';
import { Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { UnauthenticatedError, UnavailableError } from '../common/errors.js';
import { Public } from '../common/guards/public.decorator.js';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { nothingHere } from '../common/problem.js';
import { pathOf } from '../common/problem.filter.js';
import { IntakeService, type IntakeAnswer } from './intake.service.js';
import { webhookRequest, type RawRequest } from './webhook-request.js';

const SIGNATURE =
  'Proved by `x-falabella-signature`: the shared secret, or `sha256=` and the hex HMAC-SHA256 of the body made with it.';
const TOKEN = 'Of FALABELLA_WEBHOOK_TOKEN; to any other this address does not exist.';

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

  @Post(':token')
  @HttpCode(200)
  @LogAction('webhook.event')
  @ApiOperation({
    summary: "One of Falabella's own webhooks: look at what it names",
    description:
      'Not signed: only names are taken from it. Answered with exactly 200, or Falabella sends it again for 30 days.',
  })
  @ApiParam({ name: 'token', description: TOKEN })
  @ApiBody({ schema: { example: { event: 'onOrderCreated', payload: { OrderId: 1001 } } } })
  async event(@Param('token') token: string, @Req() request: FastifyRequest & RawRequest): Promise<IntakeAnswer> {
    try {
      return await this.intake.receive('falabella', { ...webhookRequest('event', request), token });
    } catch (error) {
      // Whoever does not know the token does not learn that there is one.
      if (error instanceof UnauthenticatedError || error instanceof UnavailableError)
        throw nothingHere('POST', pathOf(request));
      throw error;
    }
  }

  /** Falabella may look whether somebody answers before it takes the address. */
  @Get(':token')
  @LogAction('webhook.probe')
  @ApiOperation({ summary: "Whether the address of Falabella's own webhooks is right" })
  @ApiParam({ name: 'token', description: TOKEN })
  probe(@Param('token') token: string, @Req() request: FastifyRequest): { readonly status: 'ready' } {
    const isTheirs = this.intake.isAuthentic('falabella', {
      topic: 'event',
      rawBody: Buffer.alloc(0),
      headers: {},
      query: {},
      token,
    });
    if (!isTheirs) throw nothingHere('GET', pathOf(request));
    return { status: 'ready' };
  }
}
