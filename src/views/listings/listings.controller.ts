import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { fromCursor, isIdPlace, toCursor } from '../../common/cursor.js';
import { NotFoundError } from '../../common/errors.js';
import { ReaderLanguage } from '../../common/reader-language.js';
import { type Language } from '../../words/language.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { ListingsRepository } from '../../listings/listings.repository.js';
import { skuParam } from '../../common/params.js';
import { ListingItem } from './listing-item.dto.js';
import { ListingChangeDto, ListingItemPage, ListingQuery } from './listing-queries.dto.js';
import { ListingSetup } from '../../onboarding/listings/listing-setup.service.js';
import { ListingViews } from './listing-views.service.js';
import { ListingsList } from './listings-list.service.js';

@ApiTags('listings')
@Controller('listings')
export class ListingsController {
  constructor(
    private readonly list: ListingsList,
    private readonly listings: ListingsRepository,
    private readonly setup: ListingSetup,
    private readonly views: ListingViews,
  ) {}

  @Get()
  @LogAction('listings.list')
  @ApiOperation({ summary: 'What each channel sells, how it is made up, and what it was told' })
  @ApiOkResponse({ type: ListingItemPage })
  async page(
    @Query() { connection, sku, state, cursor, limit }: ListingQuery,
    @ReaderLanguage() language: Language,
  ): Promise<ListingItemPage> {
    const after = cursor === undefined ? undefined : fromCursor(cursor, isIdPlace);
    const { listings, next } = await this.list.page({ connection, sku, state }, after, limit);
    return { items: await this.views.of(listings, language), nextCursor: next && toCursor(next) };
  }

  @Get(':connection/:sku')
  @LogAction('listings.get')
  @ApiOperation({ summary: 'A SKU as one channel sells it' })
  @ApiOkResponse({ type: ListingItem })
  async get(
    @Param('connection') connection: string,
    @Param('sku') sku: string,
    @ReaderLanguage() language: Language,
  ): Promise<ListingItem> {
    const listing = await this.listings.find(connection, skuParam(sku));
    const [item] = listing ? await this.views.of([listing], language) : [];
    if (!item) throw new NotFoundError('problems.not-found.listing', { connection: connection.slice(0, 100), sku });
    return item;
  }

  @Put(':connection/:sku')
  @LogAction('listings.change')
  @ApiOperation({
    summary: 'Say how a SKU is shown on a channel, and what it is made of: orders that waited for that go on',
  })
  @ApiOkResponse({ type: ListingItem })
  async change(
    @Param('connection') connection: string,
    @Param('sku') sku: string,
    @Body() { rules, parts }: ListingChangeDto,
    @ReaderLanguage() language: Language,
  ): Promise<ListingItem | undefined> {
    const listing = await this.setup.change(connection, skuParam(sku), { rules, parts });
    return (await this.views.of([listing], language))[0];
  }
}
