import {
  applyDecorators,
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Query,
  type StreamableFile,
} from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { RunsService } from '../runs/runs.service.js';
import { ReconcileDto, ReconcileListQuery, RunListQuery, RunReportQuery } from './run.dto.js';
import { RunPage, RunReportView, RunView, runView } from './run.view.js';
import { RunReports } from './run-reports.service.js';

const REPORT =
  'How far it is, what came out how, and what differs, page by page. Everything as a file with Accept: text/csv or format=csv';

/** The report of a run; available where runs of its kind are started, and among all runs. */
const ReportRoute = (action: string) =>
  applyDecorators(
    Get(':id'),
    LogAction(action),
    ApiProduces('application/json', 'text/csv'),
    ApiOkResponse({ type: RunReportView }),
    ApiOperation({ summary: REPORT }),
  );

@ApiTags('reconcile')
@Controller('reconcile')
export class ReconcileController {
  constructor(
    private readonly runs: RunsService,
    private readonly reports: RunReports,
  ) {}

  @Post()
  @HttpCode(202)
  @LogAction('reconcile.begin')
  @ApiOperation({
    summary:
      'Compare every SKU with its ERP and every listing with its channel, and put right what differs. 409 while a run is under way',
  })
  async begin(@Body() body: ReconcileDto): Promise<RunView> {
    return runView(await this.runs.reconcile(body.connection));
  }

  @Get()
  @LogAction('reconcile.list')
  @ApiOkResponse({ type: RunPage })
  @ApiOperation({ summary: 'When everything was compared, and what came of it, newest first' })
  list(@Query() { cursor, limit }: ReconcileListQuery): Promise<RunPage> {
    return this.reports.list('reconcile', cursor, limit);
  }

  @ReportRoute('reconcile.get')
  get(
    @Param('id') id: string,
    @Query() query: RunReportQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<RunReportView | StreamableFile> {
    return this.reports.report(id, query, accept);
  }
}

@ApiTags('reconcile')
@Controller('runs')
export class RunsController {
  constructor(
    private readonly runs: RunsService,
    private readonly reports: RunReports,
  ) {}

  @Get()
  @LogAction('runs.list')
  @ApiOkResponse({ type: RunPage })
  @ApiOperation({ summary: 'Looks at everything, initial loads among them, newest first' })
  list(@Query() { kind, cursor, limit }: RunListQuery): Promise<RunPage> {
    return this.reports.list(kind, cursor, limit);
  }

  @ReportRoute('runs.get')
  get(
    @Param('id') id: string,
    @Query() query: RunReportQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<RunReportView | StreamableFile> {
    return this.reports.report(id, query, accept);
  }

  @Post(':id/stop')
  @HttpCode(200)
  @LogAction('runs.stop')
  @ApiOkResponse({ type: RunView })
  @ApiOperation({ summary: 'Look at nothing more; what was found and put right stands' })
  async stop(@Param('id') id: string): Promise<RunView> {
    return runView(await this.runs.stop(id));
  }
}
