import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { currentRequestRecord } from '../../common/context.js';
import { fromCursor, isTimePlace, toCursor } from '../../common/cursor.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { ReaderLanguage } from '../../common/reader-language.js';
import { type Language } from '../../words/language.js';
import { OrderDetails } from './order-details.dto.js';
import { OrderItemPage, OrderQuery } from './order-queries.dto.js';
import { OrderViews } from './order-views.service.js';
import { OrdersPageRepository } from './orders-page.repository.js';

@ApiTags('orders')
@Controller('orders')
export class OrdersController {
  constructor(
    private readonly repository: OrdersPageRepository,
    private readonly views: OrderViews,
  ) {}

  @Get()
  @LogAction('orders.list')
  @ApiOperation({ summary: 'Orders, newest first, and what each waits for' })
  @ApiOkResponse({ type: OrderItemPage })
  async list(
    @Query() { cursor, limit, ...filter }: OrderQuery,
    @ReaderLanguage() language: Language,
  ): Promise<OrderItemPage> {
    const after = cursor === undefined ? undefined : fromCursor(cursor, isTimePlace);
    const { docs, next } = await this.repository.page(filter, after, limit);
    return { items: docs.map((order) => this.views.item(order, language)), nextCursor: next && toCursor(next) };
  }

  @Get(':id')
  @LogAction('orders.get')
  @ApiOperation({
    summary: 'What became of an order: its lines, what is promised and delivered for it, and what it waits for',
  })
  @ApiParam({
    name: 'id',
    description:
      'The internal id (`my-shop/123`, percent-encoded), the platform’s, or the number that the shopper sees. 409 names several',
  })
  @ApiOkResponse({ type: OrderDetails })
  card(@Param('id') id: string, @ReaderLanguage() language: Language): Promise<OrderDetails> {
    currentRequestRecord()?.orderIds.push(id);
    return this.views.card(id, language);
  }
}
