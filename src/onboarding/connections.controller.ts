import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { currentRequestRecord } from '../common/context.js';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { accountFields, accountKinds, type AccountField } from '../config/accounts.js';
import { ConnectionDetailsService, type ConnectionDetails } from './connection-details.service.js';
import { ConnectionChangeDto, ConnectionDto, ReasonDto } from './connection.dto.js';
import { ConnectionSetup } from './connection-setup.service.js';

@ApiTags('connections')
@Controller('connections')
export class ConnectionsController {
  constructor(
    private readonly setup: ConnectionSetup,
    private readonly cards: ConnectionDetailsService,
  ) {}

  @Get()
  @LogAction('connections.list')
  @ApiOperation({ summary: 'The connected accounts: how far each may act, when it was heard of, and what is wrong' })
  async list(): Promise<{ readonly items: readonly ConnectionDetails[]; readonly nextCursor: null }> {
    return { items: await this.cards.all(), nextCursor: null };
  }

  @Get('kinds')
  @LogAction('connections.kinds')
  @ApiOperation({ summary: 'What can be connected, and the settings of each kind' })
  kinds(): { readonly items: readonly { readonly connector: string; readonly settings: readonly AccountField[] }[] } {
    return { items: accountKinds().map((connector) => ({ connector, settings: accountFields(connector) })) };
  }

  @Get(':id')
  @LogAction('connections.get')
  @ApiOperation({ summary: 'One connection' })
  get(@Param('id') id: string): Promise<ConnectionDetails> {
    return this.cards.of(this.setup.one(noted(id)));
  }

  @Post()
  @LogAction('connections.create')
  @ApiOperation({ summary: 'Connect a further account. It begins in shadow: everything is read, nothing is written' })
  async create(
    @Body() body: ConnectionDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectionDetails> {
    const account = await this.setup.create(body);
    noted(account.id);
    void reply.header('location', `/connections/${account.id}`);
    return this.cards.of(account);
  }

  @Patch(':id')
  @LogAction('connections.change')
  @ApiOperation({ summary: 'Change its name, settings or credentials; what is left out stays, null takes the default' })
  async change(@Param('id') id: string, @Body() body: ConnectionChangeDto): Promise<ConnectionDetails> {
    return this.cards.of(await this.setup.change(noted(id), body));
  }

  @Delete(':id')
  @HttpCode(204)
  @LogAction('connections.remove')
  @ApiOperation({ summary: 'Forget an account and its credentials. 409 while something is still to be done for it' })
  async remove(@Param('id') id: string): Promise<void> {
    await this.setup.remove(noted(id));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @LogAction('connections.pause')
  @ApiOperation({ summary: 'Ask nothing of it until it is resumed. Its webhooks are kept' })
  async pause(@Param('id') id: string, @Body() { reason }: ReasonDto): Promise<ConnectionDetails> {
    const record = currentRequestRecord();
    if (record) record.request = { reason };
    return this.cards.of(await this.setup.pause(noted(id), reason));
  }

  @Post(':id/resume')
  @HttpCode(200)
  @LogAction('connections.resume')
  @ApiOperation({
    summary: 'Go on. After more than a day it begins in shadow again, so that open orders are looked through first',
  })
  async resume(@Param('id') id: string): Promise<ConnectionDetails> {
    return this.cards.of(await this.setup.resume(noted(id)));
  }
}

/** The request's log says which connection it was about, and nothing of what was given for it. */
function noted(id: string): string {
  const record = currentRequestRecord();
  if (record) record.connection = id.slice(0, 100);
  return id;
}
