import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { currentRequestRecord } from '../common/context.js';
import { InvalidInputError } from '../common/errors.js';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
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
    if (sku.length > 100 || /\p{Cc}/u.test(sku))
      throw new InvalidInputError([
        { field: 'sku', expected: 'must have 1 to 100 characters and no control characters' },
      ]);
    currentRequestRecord()?.productSkus.push(sku);
    return this.stock.view(sku);
  }
}
