import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { currentRequestRecord } from '../../common/context.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { type ConnectionCheck } from '../../connectors/contract.js';
import { ConnectionDto } from '../connection.dto.js';
import { ConnectionSetup } from '../connection-setup.service.js';
import { ConnectionTest } from './connection-test.service.js';

@ApiTags('connections')
@Controller('connections')
export class ConnectionTestController {
  constructor(
    private readonly setup: ConnectionSetup,
    private readonly test: ConnectionTest,
  ) {}

  @Post('test')
  @HttpCode(200)
  @LogAction('connections.test')
  @ApiOperation({
    summary: 'Try an account before it is connected. Takes what POST /connections takes, and stores nothing',
  })
  async given(@Body() body: ConnectionDto): Promise<ConnectionCheck> {
    return noted(body.connector, await this.test.given(body));
  }

  @Post(':id/test')
  @HttpCode(200)
  @LogAction('connections.test')
  @ApiOperation({
    summary: 'Try a connection with real calls that change nothing; says what is wrong and what to do about it',
  })
  async stored(@Param('id') id: string): Promise<ConnectionCheck> {
    return noted(id.slice(0, 100), await this.test.stored(this.setup.one(id).id));
  }
}

/** The request's log contains the findings, and nothing of the input. */
function noted(connection: string, check: ConnectionCheck): ConnectionCheck {
  const record = currentRequestRecord();
  if (record) {
    record.connection = connection;
    record.request = {};
    record.response = { ok: check.ok, findings: check.findings.map(({ what }) => what) };
  }
  return check;
}
