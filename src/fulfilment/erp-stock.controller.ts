import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { stockSkuParam } from '../common/params.js';
import { ErpStockService, type StockView } from './erp-stock.service.js';

@ApiTags('stock')
@Controller('erp/stock')
export class ErpStockController {
  constructor(private readonly stock: ErpStockService) {}

  @Get(':sku')
  @LogAction('stock.get')
  @ApiOperation({
    summary: 'A SKU as the ERP has it, beside the ledger. Read again after a few seconds; `stale` when the ERP is away',
  })
  get(@Param('sku') sku: string): Promise<StockView> {
    return this.stock.view(stockSkuParam(sku));
  }
}
