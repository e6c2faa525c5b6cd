import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { NotFoundError } from '../../common/errors.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { ConnectorRegistry } from '../../connectors/registry.js';

/** It is the same for as long as the program is, loads nothing and runs nothing. */
const HEADERS = {
  'content-type': 'image/svg+xml; charset=utf-8',
  'cache-control': 'public, max-age=604800',
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
} as const;

/** What a screen shows beside the name of a connector. */
@ApiTags('words')
@Controller('connectors')
export class LogosController {
  constructor(private readonly registry: ConnectorRegistry) {}

  @Get(':name/logo')
  @LogAction('connectors.logo', { public: true })
  @ApiOperation({ summary: 'The logo of a connector' })
  @ApiProduces('image/svg+xml')
  async logo(@Param('name') name: string, @Res() reply: FastifyReply): Promise<void> {
    const logo = this.registry.find(name)?.manifest.logo;
    if (logo === undefined) throw new NotFoundError('problems.not-found.logo', { connector: name.slice(0, 40) });
    await reply.headers(HEADERS).send(logo);
  }
}
