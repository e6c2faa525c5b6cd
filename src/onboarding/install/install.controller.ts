import { Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { currentRequestRecord } from '../../common/context.js';
import { Public } from '../../common/guards/public.decorator.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { ConnectionDetailsService, type ConnectionDetails } from '../connection-details.service.js';
import { InstalledStores, type StoreDetails } from './installed-stores.service.js';
import { InstallService } from './install.service.js';
import { installPage, languageOf, PAGE_HEADERS } from './install-page.js';

const CONNECTOR = 'tiendanube';

/** How stores of Tiendanube are connected: by their owners' consent. */
@ApiTags('tiendanube')
@Controller(CONNECTOR)
export class InstallController {
  constructor(
    private readonly installs: InstallService,
    private readonly stores: InstalledStores,
    private readonly cards: ConnectionDetailsService,
  ) {}

  @Post('install-links')
  @LogAction('install.link')
  @ApiOperation({ summary: 'A link at which the owner of a store connects it: it works once, within an hour' })
  link(): Promise<{ readonly url: string; readonly expiresAt: Date }> {
    return this.installs.link(CONNECTOR);
  }

  @Get('callback')
  @Public()
  // Its query holds what opens a store.
  @LogAction('install.callback', { logQuery: false })
  @ApiOperation({
    summary: 'Where the owner of a store comes back to after consenting: a page that says what became of it',
  })
  @ApiQuery({ name: 'code', required: false })
  @ApiQuery({ name: 'state', required: false })
  @ApiProduces('text/html')
  async callback(
    @Query() query: Record<string, unknown>,
    @Headers('accept-language') accepted: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const arrival = await this.installs.arrive(CONNECTOR, {
      code: one(query.code),
      state: one(query.state),
      error: one(query.error),
    });
    const record = currentRequestRecord();
    if (record) record.response = { result: arrival.result, ...('why' in arrival && { why: arrival.why }) };
    const { status, html } = installPage(arrival, languageOf(accepted));
    await reply.status(status).headers(PAGE_HEADERS).send(html);
  }

  @Get('stores')
  @LogAction('install.stores')
  @ApiOperation({ summary: 'The stores: connected, removed at Tiendanube, and those that wait to be accepted' })
  async list(): Promise<{ readonly items: readonly StoreDetails[]; readonly nextCursor: null }> {
    return { items: await this.stores.all(CONNECTOR), nextCursor: null };
  }

  @Post('stores/:id/accept')
  @HttpCode(200)
  @LogAction('install.accept')
  @ApiOperation({ summary: 'Connect a store whose owner installed the app without a link of ours' })
  async accept(@Param('id') id: string): Promise<ConnectionDetails> {
    return this.cards.of(await this.installs.accept(CONNECTOR, id));
  }
}

/** Given twice, a parameter is as good as not given. */
function one(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
