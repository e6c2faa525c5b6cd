import { Injectable } from '@nestjs/common';
import { InvalidInputError } from '../common/errors.js';
import { MAIN_WAREHOUSE } from '../connections/warehouses/warehouse.schema.js';
import { WarehousesService } from '../connections/warehouses/warehouses.service.js';
import { entryId } from '../stock/entry-id.js';
import { LEDGER } from '../stock/ledger.types.js';
import { type ChangeStockDto } from './change-stock.dto.js';
import { type CommandAnswer, type UnitsChange } from './command.types.js';
import { CommandsService } from './commands.service.js';
import { EntryMasters } from './entry-masters.service.js';

/** Units to add or remove. */
@Injectable()
export class UnitsService {
  constructor(
    private readonly commands: CommandsService,
    private readonly masters: EntryMasters,
    private readonly warehouses: WarehousesService,
  ) {}

  /** @throws InvalidInputError when there is no such warehouse */
  submit(kind: UnitsChange['kind'], asked: ChangeStockDto, idempotencyKey: string | undefined): Promise<CommandAnswer> {
    const { sku, quantity, orderId, reason, warehouse = MAIN_WAREHOUSE } = asked;
    const change = { kind, sku, units: quantity, warehouse, ...(orderId && { orderId }), ...(reason && { reason }) };
    return this.commands.submit(
      change,
      async () => ({ ...change, master: await this.masterOf(sku, warehouse) }),
      idempotencyKey,
    );
  }

  /** For an uncounted SKU the ERP that feeds the warehouse is asked. */
  private async masterOf(sku: string, code: string): Promise<string> {
    if (!this.warehouses.find(code))
      throw new InvalidInputError([{ field: 'warehouse', expected: 'must be the code of a warehouse' }]);
    return (await this.masters.of([{ sku, warehouse: code }])).get(entryId(sku, code))?.master ?? LEDGER;
  }
}
