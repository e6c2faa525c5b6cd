import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { InvalidInputError } from '../../common/errors.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { OptionalPlainText } from '../../commands/plain-text.js';
import { WarehousesService } from '../../connections/warehouses/warehouses.service.js';
import { StockExport } from './stock-export.service.js';

class ExportQuery {
  /** Exports the stock of this warehouse only. */
  @OptionalPlainText('warehouse', 100)
  warehouse?: string;
}

@ApiTags('stock')
@Controller('stock/export')
export class StockExportController {
  constructor(
    private readonly stock: StockExport,
    private readonly warehouses: WarehousesService,
  ) {}

  @Get()
  @LogAction('stock.export')
  @ApiProduces('text/csv')
  @ApiOperation({
    summary: 'All stock as CSV, by warehouse and SKU. It can be imported again as it is, and changes nothing',
  })
  export(@Query() { warehouse }: ExportQuery): StreamableFile {
    if (warehouse !== undefined && !this.warehouses.find(warehouse))
      throw new InvalidInputError([{ field: 'warehouse', expected: 'must be the code of a warehouse' }]);
    const disposition = `attachment; filename="stock${warehouse === undefined ? '' : `-${warehouse}`}.csv"`;
    return new StreamableFile(this.stock.csv(warehouse), { type: 'text/csv; charset=utf-8', disposition });
  }
}
