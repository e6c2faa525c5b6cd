import { Injectable } from '@nestjs/common';
import { InvalidInputError } from '../../common/errors.js';
import { MAIN_WAREHOUSE } from '../../connections/warehouses/warehouse.schema.js';
import { WarehousesService } from '../../connections/warehouses/warehouses.service.js';
import { LEDGER } from '../../stock/ledger.types.js';
import { type CommandAnswer } from '../command.types.js';
import { CommandsService } from '../commands.service.js';
import { type HandOverDto } from './hand-over.dto.js';

/** Requests of another master for a SKU. */
@Injectable()
export class HandOversService {
  constructor(
    private readonly commands: CommandsService,
    private readonly warehouses: WarehousesService,
  ) {}

  /** @throws InvalidInputError when there is no such warehouse, or the master is neither the ledger nor the ERP that feeds it */
  submit(asked: HandOverDto, idempotencyKey: string | undefined): Promise<CommandAnswer> {
    const { sku, warehouse = MAIN_WAREHOUSE, master, reason } = asked;
    const change = { kind: 'hand_over', sku, warehouse, master, reason } as const;
    return this.commands.submit(change, () => Promise.resolve(this.checked(change)), idempotencyKey);
  }

  private checked<Change extends { warehouse: string; master: string }>(change: Change): Change {
    const warehouse = this.warehouses.find(change.warehouse);
    if (!warehouse) throw new InvalidInputError([{ field: 'warehouse', expected: 'must be the code of a warehouse' }]);
    const possible = [LEDGER, ...(warehouse.erp ? [warehouse.erp.connection] : [])];
    if (!possible.includes(change.master))
      throw new InvalidInputError([
        { field: 'master', expected: `must be ${possible.join(' or ')} for this warehouse` },
      ]);
    return change;
  }
}
