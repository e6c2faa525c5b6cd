import { Injectable, type OnModuleInit } from '@nestjs/common';
import { groupBy } from '../common/collections.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { ErpReader } from '../fulfilment/reading/erp-reader.service.js';
import { type TransferUnits } from '../fulfilment/reading/uncounted.js';
import { type StockCommand } from './command.schema.js';
import { masterOf } from './command.types.js';
import { CommandsRepository } from './commands.repository.js';
import { endKeyOf, putBackPart, transferName } from './transfer-names.js';

/** Adds the transfers of commands to the uncounted transfers that a reading of an ERP takes into account. */
@Injectable()
export class CommandTransfers implements OnModuleInit {
  constructor(
    private readonly reader: ErpReader,
    private readonly repository: CommandsRepository,
    private readonly connections: ConnectionsService,
  ) {}

  onModuleInit(): void {
    this.reader.add(async (erp, skus) => {
      const unfinished = await this.repository.unfinished();
      const installation = this.connections.erp(erp)?.connection.installation ?? '';
      const ofErp = unfinished.filter(({ change }) => masterOf(change) === erp);
      return ofErp.flatMap((command) => transfersOf(command, installation)).filter(({ sku }) => skus.includes(sku));
    });
  }
}

function transfersOf({ _id, change, by = 0 }: StockCommand, installation: string): TransferUnits[] {
  const isCounted = false;
  if (change.kind !== 'return') {
    const [place] = change.kind === 'adjust' ? change.lines : [change];
    if (by === 0 || !place) return [];
    const { sku, warehouse } = place;
    return [
      { transfer: transferName(installation, _id), sku, warehouse, key: endKeyOf(_id, by), units: -by, isCounted },
    ];
  }
  const backIn = change.goodsBack ? change.items.filter(({ master }) => master === masterOf(change)) : [];
  return [...groupBy(backIn, ({ sku, warehouse }) => `${sku}\n${warehouse}`).values()].flatMap((items) =>
    items.slice(0, 1).map(({ sku, warehouse }) => ({
      transfer: transferName(installation, _id, putBackPart(warehouse)),
      sku,
      warehouse,
      key: _id,
      units: -items.reduce((sum, { units }) => sum + units, 0),
      isCounted,
    })),
  );
}
