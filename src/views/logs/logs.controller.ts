import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { LogItemPage } from './log-item.dto.js';
import { LogQuery, LogStoryQuery } from './log-queries.dto.js';
import { LogsService } from './logs.service.js';

@ApiTags('logs')
@Controller('logs')
export class LogsController {
  constructor(private readonly logs: LogsService) {}

  @Get()
  @LogAction('logs.list')
  @ApiOperation({ summary: 'What happened, newest first' })
  @ApiOkResponse({ type: LogItemPage })
  list(@Query() query: LogQuery): Promise<LogItemPage> {
    return this.logs.page(query, query);
  }

  @Get('order/:orderId')
  @LogAction('logs.order')
  @ApiOperation({
    summary:
      'What happened to an order, by its platform’s id, its internal id or the number the shopper sees: newest first unless sort=asc',
  })
  @ApiOkResponse({ type: LogItemPage })
  order(@Param('orderId') orderId: string, @Query() query: LogStoryQuery): Promise<LogItemPage> {
    return this.logs.story(orderId, query, query.sort);
  }

  @Get('product/:sku')
  @LogAction('logs.product')
  @ApiOperation({ summary: 'What happened to a product, newest first unless sort=asc' })
  @ApiOkResponse({ type: LogItemPage })
  product(@Param('sku') sku: string, @Query() query: LogStoryQuery): Promise<LogItemPage> {
    return this.logs.page({ productSku: sku }, query, query.sort);
  }
}
