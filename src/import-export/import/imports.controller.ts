import { Controller, Get, Headers, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { currentRequestRecord } from '../../common/context.js';
import { ProblemError } from '../../common/errors.js';
import { drained, streamedBody } from '../../common/http/bodies.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { ReaderLanguage } from '../../common/reader-language.js';
import { type Language } from '../../words/language.js';
import { IDEMPOTENT } from '../../commands/idempotency-key.js';
import { formatOf } from '../read/formats.js';
import { ImportLinesQuery, ImportQuery, optionsOf } from './import.dto.js';
import { isFinished, type ImportState } from './import.types.js';
import { ImportView } from './import.view.js';
import { ImportsService } from './imports.service.js';

const FIRST_LINES = 50;

@ApiTags('stock')
@Controller('stock')
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Post('import')
  @HttpCode(200)
  @LogAction('stock.import', { body: 'stream' })
  @ApiHeader(IDEMPOTENT)
  @ApiConsumes('text/csv', 'application/json', 'application/x-ndjson')
  @ApiBody({
    schema: { type: 'string', example: 'sku,warehouse,quantity,mode,reason\nPROD-001,main,12,absolute,counted' },
  })
  @ApiOkResponse({ type: ImportView })
  @ApiOperation({
    summary:
      'Set the stock of many SKUs: CSV with a header line, a JSON list, or one JSON object a line; up to 200,000 lines',
    description:
      'Columns sku, quantity, and where needed warehouse (main), mode (absolute or delta) and reason. Every line is checked before the first is applied: ' +
      'with any wrong line nothing is changed, and the errors are told by line (400). Lines whose stock an ERP decides are refused one by one. ' +
      'A line with the version of an export is refused when its quantity has changed since, or applied as a difference with asDifference=true. ' +
      'With onlyExisting=true lines with an unknown SKU are refused one by one. ' +
      'With dryRun=true only the difference is worked out. 202 with an address when it takes longer than a few seconds.',
  })
  async import(
    @Req() request: FastifyRequest,
    @Query() query: ImportQuery,
    @Headers('idempotency-key') key: string | undefined,
    @ReaderLanguage() language: Language,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportView> {
    const { 'content-type': type, 'content-encoding': encoding } = request.raw.headers;
    const options = optionsOf(formatOf(type, encoding), query);
    const id = await drained(request, reply, () => this.imports.submit(streamedBody(request), options, key));
    const view = await this.imports.view(id, { show: 'all', limit: FIRST_LINES, language });
    const record = currentRequestRecord();
    if (record) record.response = { importId: id, state: view.state, counts: view.counts };
    if (view.state === 'refused') throw refused(view);
    if (!isFinished(view.state as ImportState)) void reply.status(202).header('location', view.href);
    return view;
  }

  @Get('imports/:id')
  @LogAction('imports.get')
  @ApiOkResponse({ type: ImportView })
  @ApiOperation({ summary: 'How far an import is, what it comes to, its errors, and its lines page by page' })
  get(
    @Param('id') id: string,
    @Query() { only, limit, cursor }: ImportLinesQuery,
    @ReaderLanguage() language: Language,
  ): Promise<ImportView> {
    return this.imports.view(id, { show: only, limit, cursor, language });
  }
}

function refused({ importId, href, counts, errors }: ImportView): ProblemError {
  return new ProblemError(
    400,
    { code: 'problems.import-refused.detail', params: { count: counts.wrong } },
    {
      importId,
      href,
      counts,
      errors,
    },
  );
}
