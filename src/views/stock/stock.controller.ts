import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { fromCursor, isIdPlace, toCursor } from '../../common/cursor.js';
import { InvalidInputError } from '../../common/errors.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { PageQuery } from '../../common/queries.js';
import { WarehousesService } from '../../connections/warehouses/warehouses.service.js';
import { stockSkuParam } from '../../common/params.js';
import { isStreamCursors } from '../timeline/streams.js';
import { MovementItem, ObservedLine, PublishLine, type TimelineItem } from '../timeline/timeline-item.dto.js';
import { TimelineService } from '../timeline/timeline.service.js';
import { EntriesPageRepository } from './entries-page.repository.js';
import { ReaderLanguage } from '../../common/reader-language.js';
import { type Language } from '../../words/language.js';
import { StockDetails } from './stock-details.dto.js';
import { StockDetailsService } from './stock-details.service.js';
import { StockItemPage, StockQuery, toStockItem } from './stock-queries.dto.js';

const TIMELINE_PAGE = {
  type: 'object',
  properties: {
    items: {
      type: 'array',
      items: { oneOf: [MovementItem, PublishLine, ObservedLine].map((one) => ({ $ref: getSchemaPath(one) })) },
    },
    nextCursor: {
      type: 'string',
      nullable: true,
      description: 'Give it as `cursor` to get the next page; null on the last one',
    },
  },
};

@ApiTags('stock')
@ApiExtraModels(MovementItem, PublishLine, ObservedLine)
@Controller('stock')
export class StockController {
  constructor(
    private readonly entries: EntriesPageRepository,
    private readonly cards: StockDetailsService,
    private readonly timeline: TimelineService,
    private readonly warehouses: WarehousesService,
  ) {}

  @Get()
  @LogAction('stock.list')
  @ApiOperation({ summary: 'What there is, SKU by SKU in each warehouse' })
  @ApiOkResponse({ type: StockItemPage })
  async list(
    @Query() { sku, warehouse, below, oversold, changedSince, cursor, limit }: StockQuery,
  ): Promise<StockItemPage> {
    if (below !== undefined && oversold !== undefined)
      throw new InvalidInputError([{ field: 'below', expected: 'must not be given together with oversold' }]);
    const after = cursor === undefined ? undefined : fromCursor(cursor, isIdPlace);
    const filter = { sku, below: oversold === true ? 0 : below, changedSince };
    const found = await this.entries.page(this.codes(warehouse), filter, after, limit + 1);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    return { items: shown.map(toStockItem), nextCursor: found.length > limit && last ? toCursor(last._id) : null };
  }

  @Get(':sku')
  @LogAction('stock.card')
  @ApiOperation({
    summary:
      'Why a SKU has the number that it has: per warehouse, the orders behind what is reserved, and every channel',
  })
  @ApiOkResponse({ type: StockDetails })
  card(@Param('sku') sku: string, @ReaderLanguage() language: Language): Promise<StockDetails> {
    return this.cards.of(stockSkuParam(sku), language);
  }

  @Get(':sku/timeline')
  @LogAction('stock.timeline')
  @ApiOperation({
    summary: 'What moved, what each channel was told and was seen to show, newest first; by seq within a warehouse',
  })
  @ApiOkResponse({ schema: TIMELINE_PAGE })
  async story(
    @Param('sku') sku: string,
    @Query() { cursor, limit }: PageQuery,
  ): Promise<{ items: readonly TimelineItem[]; nextCursor: string | null }> {
    const after = cursor === undefined ? undefined : fromCursor(cursor, isStreamCursors);
    const { items, next } = await this.timeline.page(stockSkuParam(sku), after, limit);
    return { items, nextCursor: next && toCursor(next) };
  }

  private codes(asked: string | undefined): string[] {
    const codes = this.warehouses.all().map((warehouse) => warehouse._id);
    return (asked === undefined ? codes : codes.filter((code) => code === asked)).sort();
  }
}
