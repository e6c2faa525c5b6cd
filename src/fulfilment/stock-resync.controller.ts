import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { stockSkuParam } from '../common/params.js';
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
    return this.stock.resync(stockSkuParam(sku));
  }
}
