import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { currentRequestRecord } from '../../common/context.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { ListingsCheck } from '../check/listings-check.service.js';
import { type ListingsCheckView } from '../check/listings-check.view.js';
import { RunsService } from '../runs/runs.service.js';
import { InitialLoadDto, ListingsCheckQuery } from './run.dto.js';
import { RunView, runView } from './run.view.js';

/** The steps of a connection before it goes live. */
@ApiTags('connections')
@Controller('connections')
export class FirstDayController {
  constructor(
    private readonly runs: RunsService,
    private readonly check: ListingsCheck,
  ) {}

  @Post(':id/initial-load')
  @HttpCode(202)
  @LogAction('connections.initial-load')
  @ApiOkResponse({ type: RunView })
  @ApiOperation({
    summary:
      'Take over what it has: of an ERP every SKU; of a channel what nobody else decides about and has never moved',
    description:
      'First as a dry run, which changes nothing. A real one needs a dry run of the last day, or confirm. GET /runs/:id tells what came of it.',
  })
  async load(@Param('id') id: string, @Body() { dryRun, confirm }: InitialLoadDto): Promise<RunView> {
    return runView(await this.runs.load(noted(id), { dryRun, confirm }));
  }

  @Get(':id/listings-check')
  @LogAction('connections.listings-check')
  @ApiProduces('application/json', 'text/csv')
  @ApiOperation({
    summary:
      'SKUs that several products of the channel have, that nobody who keeps stock knows, and that are not sold there. Everything as a file with Accept: text/csv or format=csv',
  })
  listings(
    @Param('id') id: string,
    @Query() query: ListingsCheckQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<ListingsCheckView | StreamableFile> {
    return this.check.show(noted(id), query, accept);
  }
}

function noted(id: string): string {
  const record = currentRequestRecord();
  if (record) record.connection = id.slice(0, 100);
  return id;
}
