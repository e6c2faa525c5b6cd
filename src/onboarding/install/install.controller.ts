import { Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { currentRequestRecord } from '../../common/context.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { ConnectorRegistry } from '../../connectors/registry.js';
import { ConnectionDetailsService, type ConnectionDetails } from '../connection-details.service.js';
import { InstalledAccounts, type AccountDetails } from './installed-accounts.service.js';
import { InstallService } from './install.service.js';
import { languageOf } from '../../words/language.js';
import { installPage, PAGE_HEADERS } from './install-page.js';

const CONNECTOR = { name: 'connector', example: 'my-platform' };

/** How accounts are connected by their owners' consent, for every connector that has an app. */
@ApiTags('installs')
@Controller()
export class InstallController {
  constructor(
    private readonly installs: InstallService,
    private readonly accounts: InstalledAccounts,
    private readonly details: ConnectionDetailsService,
    private readonly registry: ConnectorRegistry,
  ) {}

  @Post('connectors/:connector/install-links')
  @LogAction('install.link')
  @ApiOperation({ summary: 'A link at which the owner of an account connects it: it works once, within an hour' })
  @ApiParam(CONNECTOR)
  link(@Param('connector') connector: string): Promise<{ readonly url: string; readonly expiresAt: Date }> {
    return this.installs.link(connector);
  }

  // Platforms send the browser to exactly the address that their panel was given.
  @Get(':connector/callback')
  // Its query holds what opens an account.
  @LogAction('install.callback', { public: true, logQuery: false })
  @ApiOperation({
    summary: 'Where the owner of an account comes back to after consenting: a page that says what became of it',
  })
  @ApiParam(CONNECTOR)
  @ApiQuery({ name: 'code', required: false })
  @ApiQuery({ name: 'state', required: false })
  @ApiProduces('text/html')
  async callback(
    @Param('connector') connector: string,
    @Query() query: Record<string, unknown>,
    @Headers('accept-language') accepted: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const arrival = await this.installs.arrive(connector, textsOf(query));
    const record = currentRequestRecord();
    if (record) record.response = { result: arrival.result, ...('why' in arrival && { why: arrival.why }) };
    // A made-up link is a guess; a used or old one is its owner's.
    if (record && 'why' in arrival && arrival.why === 'unknown') record.failedFor = connector;
    const { status, html } = installPage(this.registry.named(connector).manifest, arrival, languageOf(accepted));
    await reply.status(status).headers(PAGE_HEADERS).send(html);
  }

  @Get('connectors/:connector/accounts')
  @LogAction('install.accounts')
  @ApiOperation({ summary: 'The accounts: connected, removed at their platform, and those that wait to be accepted' })
  @ApiParam(CONNECTOR)
  async list(
    @Param('connector') connector: string,
  ): Promise<{ readonly items: readonly AccountDetails[]; readonly nextCursor: null }> {
    return { items: await this.accounts.all(connector), nextCursor: null };
  }

  @Post('connectors/:connector/accounts/:account/accept')
  @HttpCode(200)
  @LogAction('install.accept')
  @ApiOperation({ summary: 'Connect an account whose owner installed the app without a link of ours' })
  @ApiParam(CONNECTOR)
  async accept(@Param('connector') connector: string, @Param('account') account: string): Promise<ConnectionDetails> {
    return this.details.of(await this.installs.accept(connector, account));
  }
}

/** Given twice or empty, a parameter is as good as not given. */
function textsOf(query: Record<string, unknown>): Record<string, string> {
  const given = Object.entries(query).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  );
  return Object.fromEntries(given);
}
