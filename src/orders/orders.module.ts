import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { StockModule } from '../stock/stock.module.js';
import { OrderLookup } from './order-lookup.service.js';
import { OrdersRepository } from './orders.repository.js';
import { OrdersService } from './orders.service.js';
import { Order, OrderSchema } from './schemas.js';

/** Orders and their plans. Another module provides its `OrderPolicy` globally. */
@Module({
  imports: [MongooseModule.forFeature([{ name: Order.name, schema: OrderSchema }]), StockModule],
  providers: [OrdersRepository, OrderLookup, OrdersService],
  exports: [OrdersRepository, OrderLookup, OrdersService],
})
export class OrdersModule {}
