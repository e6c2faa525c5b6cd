import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { currentRequestRecord } from '../common/context.js';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { StockResyncService, type StockResync } from './stock-resync.service.js';

@ApiTags('stock')
@Controller('stock')
export class StockResyncController {
  constructor(private readonly stock: StockResyncService) {}

  @Post(':sku/resync')
  @HttpCode(202)
  @LogAction('stock.resync')
  @ApiOperation({ summary: 'Observe the SKU again in its ERP, and publish it again to every channel' })
  resync(@Param('sku') sku: string): Promise<StockResync> {
    currentRequestRecord()?.productSkus.push(sku);
    return this.stock.resync(sku);
  }
}
