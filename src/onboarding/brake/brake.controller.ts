import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { currentRequestRecord } from '../../common/context.js';
import { fromCursor, isIdPlace, toCursor } from '../../common/cursor.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { PageQuery } from '../../common/queries.js';
import { ReaderLanguage } from '../../common/reader-language.js';
import { type Language } from '../../words/language.js';
import { ReasonDto } from '../connection.dto.js';
import { ConnectionSetup } from '../connection-setup.service.js';
import { BrakeLimitsDto, BrakeApproval, BrakeView } from './brake.dto.js';
import { BrakeService } from './brake.service.js';

@ApiTags('connections')
@Controller('connections')
export class BrakeController {
  constructor(
    private readonly setup: ConnectionSetup,
    private readonly brakes: BrakeService,
  ) {}

  @Get(':id/brake')
  @LogAction('connections.brake')
  @ApiOperation({ summary: 'What is held back because it would change too much at once, and why' })
  @ApiOkResponse({ type: BrakeView })
  async show(
    @Param('id') id: string,
    @Query() { cursor, limit }: PageQuery,
    @ReaderLanguage() language: Language,
  ): Promise<BrakeView> {
    const after = cursor === undefined ? '' : fromCursor(cursor, isIdPlace);
    const { next, ...view } = await this.brakes.view(this.noted(id), after, limit, language);
    return { ...view, nextCursor: next && toCursor(next) };
  }

  @Patch(':id/brake')
  @LogAction('connections.brake-limits')
  @ApiOperation({ summary: 'From which share on changes wait, and from how many on; null takes the default' })
  @ApiOkResponse({ type: BrakeView })
  async change(
    @Param('id') id: string,
    @Body() body: BrakeLimitsDto,
    @ReaderLanguage() language: Language,
  ): Promise<BrakeView> {
    await this.brakes.setLimits(this.noted(id, { percent: body.percent, least: body.least }), body);
    return this.show(id, new PageQuery(), language);
  }

  @Post(':id/brake/approve')
  @HttpCode(200)
  @LogAction('connections.brake-approve')
  @ApiOperation({
    summary: 'Approve what is held now. Numbers are read again; later large changes wait again',
  })
  @ApiOkResponse({ type: BrakeApproval })
  async approve(@Param('id') id: string, @Body() { reason }: ReasonDto): Promise<BrakeApproval> {
    return { approved: await this.brakes.approve(this.noted(id, { reason }), reason) };
  }

  /** @throws NotFoundError for an unknown connection */
  private noted(id: string, request?: Readonly<Record<string, unknown>>): string {
    const record = currentRequestRecord();
    if (record) record.connection = id.slice(0, 100);
    if (record && request) record.request = request;
    return this.setup.one(id).id;
  }
}
