import { Module } from '@nestjs/common';
import { AccountCheck } from './check/account-check.service.js';
import { FalabellaConnector } from './falabella.connector.js';
import { FalabellaClientOptions } from './falabella.options.js';
import { FalabellaOrders } from './falabella-orders.service.js';
import { FalabellaWebhooks } from './falabella-webhooks.service.js';
import { FalabellaStockReader } from './falabella-stock.service.js';
import { FalabellaService } from './falabella.service.js';
import { FeedFinder } from './feeds/feed-finder.service.js';
import { SellerCenter } from './seller-center.service.js';

/** Everything about Falabella Seller Center. Needs the outbound HTTP client (`OutboundModule`). */
@Module({
  providers: [
    FalabellaClientOptions,
    SellerCenter,
    FalabellaService,
    FalabellaOrders,
    FalabellaStockReader,
    FeedFinder,
    AccountCheck,
    FalabellaWebhooks,
    FalabellaConnector,
  ],
  exports: [FalabellaConnector, FalabellaService, FalabellaWebhooks],
})
export class FalabellaModule {}
