import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { currentRequestRecord } from '../../common/context.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { type ConnectionCheck } from '../../connectors/contract.js';
import { ConnectionDto } from '../connection.dto.js';
import { ConnectionSetup } from '../connection-setup.service.js';
import { ConnectionTest } from './connection-test.service.js';
import { ReaderLanguage } from '../../common/reader-language.js';
import { type Language } from '../../words/language.js';
import { Words } from '../../words/words.js';
import { wordedCheck, type WordedCheck } from './worded-check.js';

@ApiTags('connections')
@Controller('connections')
export class ConnectionTestController {
  constructor(
    private readonly setup: ConnectionSetup,
    private readonly test: ConnectionTest,
    private readonly words: Words,
  ) {}

  @Post('test')
  @HttpCode(200)
  @LogAction('connections.test')
  @ApiOperation({
    summary: 'Try an account before it is connected. Takes what POST /connections takes, and stores nothing',
  })
  async given(@Body() body: ConnectionDto, @ReaderLanguage() language: Language): Promise<WordedCheck> {
    return wordedCheck(noted(body.connector, await this.test.given(body)), this.words, language);
  }

  @Post(':id/test')
  @HttpCode(200)
  @LogAction('connections.test')
  @ApiOperation({
    summary: 'Try a connection with real calls that change nothing; says what is wrong and what to do about it',
  })
  async stored(@Param('id') id: string, @ReaderLanguage() language: Language): Promise<WordedCheck> {
    const check = await this.test.stored(this.setup.one(id).id);
    return wordedCheck(noted(id.slice(0, 100), check), this.words, language);
  }
}

/** The request's log contains the findings, and nothing of the input. */
function noted(connection: string, check: ConnectionCheck): ConnectionCheck {
  const record = currentRequestRecord();
  if (record) {
    record.connection = connection;
    record.request = {};
    record.response = { ok: check.ok, findings: check.findings.map(({ code }) => code) };
  }
  return check;
}
