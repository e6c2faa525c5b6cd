import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { currentRequestRecord } from '../common/context.js';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { AppConfig } from '../config/app-config.js';
import { type ConnectionField } from '../config/connection-kinds.js';
import { ConnectionDetailsService, type ConnectionDetails } from './connection-details.service.js';
import { ConnectionChangeDto, ConnectionDto, ReasonDto } from './connection.dto.js';
import { ConnectionRemoval } from './connection-removal.service.js';
import { ConnectionSetup } from './connection-setup.service.js';

@ApiTags('connections')
@Controller('connections')
export class ConnectionsController {
  constructor(
    private readonly setup: ConnectionSetup,
    private readonly removal: ConnectionRemoval,
    private readonly details: ConnectionDetailsService,
    private readonly config: AppConfig,
  ) {}

  @Get()
  @LogAction('connections.list')
  @ApiOperation({ summary: 'The connections: how far each may act, when its last webhook came, and what is wrong' })
  async list(): Promise<{ readonly items: readonly ConnectionDetails[]; readonly nextCursor: null }> {
    return { items: await this.details.all(), nextCursor: null };
  }

  @Get('kinds')
  @LogAction('connections.kinds')
  @ApiOperation({ summary: 'What can be connected, and the settings of each kind' })
  kinds(): {
    readonly items: readonly { readonly connector: string; readonly settings: readonly ConnectionField[] }[];
  } {
    const { kinds } = this.config;
    return { items: kinds.names.map((connector) => ({ connector, settings: kinds.fieldsOf(connector) })) };
  }

  @Get(':id')
  @LogAction('connections.get')
  @ApiOperation({ summary: 'One connection' })
  get(@Param('id') id: string): Promise<ConnectionDetails> {
    return this.details.of(this.setup.one(noted(id)));
  }

  @Post()
  @LogAction('connections.create')
  @ApiOperation({ summary: 'Connect an account. It begins in shadow: everything is read, nothing is written' })
  async create(
    @Body() body: ConnectionDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectionDetails> {
    const connection = await this.setup.create(body);
    noted(connection.id);
    void reply.header('location', `/connections/${connection.id}`);
    return this.details.of(connection);
  }

  @Patch(':id')
  @LogAction('connections.change')
  @ApiOperation({ summary: 'Change its name, settings or credentials; absent fields stay, null takes the default' })
  async change(@Param('id') id: string, @Body() body: ConnectionChangeDto): Promise<ConnectionDetails> {
    return this.details.of(await this.setup.change(noted(id), body));
  }

  @Delete(':id')
  @HttpCode(204)
  @LogAction('connections.remove')
  @ApiOperation({
    summary: 'Remove a connection and its credentials. 409 while its orders are open or it feeds a warehouse',
  })
  async remove(@Param('id') id: string): Promise<void> {
    await this.removal.remove(noted(id));
  }

  @Post(':id/suspend-sync')
  @HttpCode(200)
  @LogAction('connections.suspend-sync')
  @ApiOperation({
    summary: 'Call it no more until it is resumed; the channel keeps its last numbers. Its webhooks are stored',
  })
  async suspend(@Param('id') id: string, @Body() { reason }: ReasonDto): Promise<ConnectionDetails> {
    const record = currentRequestRecord();
    if (record) record.request = { reason };
    return this.details.of(await this.setup.suspend(noted(id), reason));
  }

  @Post(':id/resume-sync')
  @HttpCode(200)
  @LogAction('connections.resume-sync')
  @ApiOperation({
    summary: 'Call it again. After more than a day it begins in shadow, so that its open orders are reviewed first',
  })
  async resume(@Param('id') id: string): Promise<ConnectionDetails> {
    return this.details.of(await this.setup.resume(noted(id)));
  }
}

/** The log of the request names the connection, and none of its settings. */
function noted(id: string): string {
  const record = currentRequestRecord();
  if (record) record.connection = id.slice(0, 100);
  return id;
}
