import { type ProblemCode } from '../../words/core-words.js';
import { type Message } from '../../words/message.js';
import { LEDGER } from '../../stock/ledger.types.js';
import { type ChannelLocation, type ErpWarehouse, type Warehouse } from './warehouse.schema.js';

/** A person's decision about a warehouse. `erp` null: the ledger is the master. */
export interface WarehouseFields {
  readonly name: string;
  readonly priority: number;
  readonly active: boolean;
  readonly erp?: ErpWarehouse | null | undefined;
  readonly channels: ChannelLocation[];
}

/** `ledger`, or the id of the ERP connection that decides what is in the warehouse. */
export function masterOf({ erp }: Pick<WarehouseFields, 'erp'>): string {
  return erp?.connection ?? LEDGER;
}

export interface Clash extends Message<ProblemCode<'warehouse-clash'>> {
  readonly field: 'erp' | 'channels';
}

/**
 * The conflict of a warehouse with the others; null: none. Each location of an ERP or a channel feeds one
 * warehouse.
 */
export function clashOf(
  code: string,
  fields: Pick<WarehouseFields, 'erp' | 'channels'>,
  others: readonly Warehouse[],
): Clash | null {
  const seen = new Set<string>();
  for (const { connection } of fields.channels) {
    if (seen.has(connection))
      return { field: 'channels', code: 'problems.warehouse-clash.twice', params: { connection } };
    seen.add(connection);
  }
  for (const other of others) {
    if (other._id === code) continue;
    const { erp } = fields;
    if (erp && other.erp && erp.connection === other.erp.connection && erp.code === other.erp.code)
      return {
        field: 'erp',
        ...(erp.code === null
          ? { code: 'problems.warehouse-clash.first_fed', params: { connection: erp.connection, warehouse: other._id } }
          : {
              code: 'problems.warehouse-clash.fed',
              params: { code: erp.code, connection: erp.connection, warehouse: other._id },
            }),
      };
    for (const { connection, location } of fields.channels) {
      if (other.channels.some((channel) => channel.connection === connection && channel.location === location))
        return {
          field: 'channels',
          code: 'problems.warehouse-clash.location',
          params: { location, connection, warehouse: other._id },
        };
    }
  }
  return null;
}
