import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { currentRequestRecord } from '../common/context.js';
import { fromCursor, isIdPlace, toCursor } from '../common/cursor.js';
import { InvalidInputError } from '../common/errors.js';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { ReaderLanguage } from '../common/reader-language.js';
import { type Language } from '../words/language.js';
import { ConnectionSetup } from './connection-setup.service.js';
import { DueDeliveries, type DueDelivery } from './due-deliveries.service.js';
import { GoLive, type Published } from './go-live.service.js';
import { OpenOrders, type OpenOrder } from './open-orders.service.js';
import { Preview, type PreviewRow, type PreviewSummary } from './preview.service.js';
import { GoLiveDto, OpenOrdersDto, PreviewQuery } from './publishing.dto.js';

const SHOWN = 100;

/** The effects of taking a connection live. */
interface PreviewAnswer {
  readonly publishing: string;
  /** On the first page. */
  readonly summary?: PreviewSummary;
  readonly items: readonly PreviewRow[];
  readonly nextCursor: string | null;
  /** Orders from before the cut-over that need a decision; the first hundred. */
  readonly openOrders?: { readonly count: number; readonly items: readonly OpenOrder[] };
  /** For an ERP: deliveries that it would receive at once. */
  readonly deliveries?: readonly DueDelivery[];
}

@ApiTags('connections')
@Controller('connections')
export class PublishingController {
  constructor(
    private readonly setup: ConnectionSetup,
    private readonly connections: ConnectionsService,
    private readonly preview: Preview,
    private readonly deliveries: DueDeliveries,
    private readonly openOrders: OpenOrders,
    private readonly steps: GoLive,
  ) {}

  @Get(':id/preview')
  @LogAction('connections.preview')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary:
      'What it would do if it went live: the current and the future number of each listing and why, and the deliveries. CSV with format=csv',
  })
  async show(
    @Param('id') id: string,
    @Query() { change, cursor, limit, format }: PreviewQuery,
    @ReaderLanguage() language: Language,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PreviewAnswer | StreamableFile> {
    const { publishing } = this.setup.one(noted(id));
    const connection = this.connections.find(id);
    if (!connection || !this.connections.channel(id)) {
      if (format === 'csv')
        throw new InvalidInputError([{ field: 'format', expected: 'must be json: an ERP has no listings' }]);
      return { publishing, items: [], nextCursor: null, deliveries: await this.deliveries.of(id) };
    }
    if (format === 'csv') {
      void reply.header('content-disposition', `attachment; filename="preview-${id}.csv"`);
      return new StreamableFile(this.preview.csv(connection, language), { type: 'text/csv; charset=utf-8' });
    }
    const after = cursor === undefined ? '' : fromCursor(cursor, isIdPlace);
    const { rows, next } = await this.preview.page(connection, after, limit, language, change);
    const first = cursor === undefined ? await this.first(id) : {};
    return { publishing, ...first, items: rows, nextCursor: next && toCursor(next) };
  }

  @Get(':id/open-orders')
  @LogAction('connections.open-orders')
  @ApiOperation({ summary: 'Open orders from before the cut-over, of which nobody has said what is to become of them' })
  async open(@Param('id') id: string): Promise<{ readonly items: readonly OpenOrder[]; readonly nextCursor: null }> {
    this.setup.one(noted(id));
    return { items: await this.openOrders.of(id), nextCursor: null };
  }

  @Post(':id/open-orders')
  @HttpCode(200)
  @LogAction('connections.decide-orders', { body: 'long' })
  @ApiOperation({ summary: 'Say of each whether it is handled by somebody else, or counted like a new one' })
  decide(
    @Param('id') id: string,
    @Body() body: OpenOrdersDto,
  ): Promise<{ readonly handled: number; readonly counted: number }> {
    this.setup.one(noted(id));
    return this.openOrders.decide(id, OpenOrdersDto.checked(body));
  }

  @Post(':id/go-live')
  @HttpCode(200)
  @LogAction('connections.go-live', { body: 'long' })
  @ApiOperation({ summary: 'Take it live, whole or for some SKUs. 409 while open orders wait for a decision' })
  live(@Param('id') id: string, @Body() body: GoLiveDto): Promise<Published> {
    return this.steps.live(this.setup.one(noted(id)), body.skus, OpenOrdersDto.checked(body));
  }

  @Post(':id/stop-selling')
  @HttpCode(200)
  @LogAction('connections.stop-selling')
  @ApiOperation({ summary: 'Publish 0 for every listing at once. Sales are still counted; sell-again ends it' })
  stopSelling(@Param('id') id: string): Promise<Published> {
    return this.steps.stopSelling(this.setup.one(noted(id)));
  }

  @Post(':id/sell-again')
  @HttpCode(200)
  @LogAction('connections.sell-again')
  @ApiOperation({ summary: 'Publish the real numbers again after stop-selling. 409 where selling is not stopped' })
  sellAgain(@Param('id') id: string): Promise<Published> {
    return this.steps.sellAgain(this.setup.one(noted(id)));
  }

  @Post(':id/shadow')
  @HttpCode(200)
  @LogAction('connections.shadow')
  @ApiOperation({ summary: 'Write nothing outside any more; what it shows stays as it is' })
  shadow(@Param('id') id: string): Promise<Published> {
    return this.steps.shadow(this.setup.one(noted(id)));
  }

  private async first(id: string): Promise<Pick<PreviewAnswer, 'summary' | 'openOrders'>> {
    const connection = this.connections.find(id);
    const open = await this.openOrders.of(id);
    return {
      ...(connection ? { summary: await this.preview.summary(connection) } : {}),
      openOrders: { count: open.length, items: open.slice(0, SHOWN) },
    };
  }
}

function noted(id: string): string {
  const record = currentRequestRecord();
  if (record) record.connection = id.slice(0, 100);
  return id;
}
