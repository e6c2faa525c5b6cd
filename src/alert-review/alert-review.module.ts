import { Module } from '@nestjs/common';
import { OrdersModule } from '../orders/orders.module.js';
import { PublishingModule } from '../publishing/publishing.module.js';
import { StockModule } from '../stock/stock.module.js';
import { AlertReview } from './alert-review.service.js';
import { DeadWorkReview } from './dead-work-review.service.js';
import { SilenceReview } from './silence-review.service.js';

/** Closes alerts whose cause is gone. */
@Module({
  imports: [OrdersModule, StockModule, PublishingModule],
  providers: [DeadWorkReview, SilenceReview, AlertReview],
  exports: [AlertReview],
})
export class AlertReviewModule {}
