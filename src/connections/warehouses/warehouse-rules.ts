import { type ChannelLocation, type ErpWarehouse, type Warehouse } from './warehouse.schema.js';

/** A person's decision about a warehouse. `erp` null: the ledger is the master. */
export interface WarehouseFields {
  readonly name: string;
  readonly priority: number;
  readonly active: boolean;
  readonly erp?: ErpWarehouse | null | undefined;
  readonly channels: ChannelLocation[];
}

export interface Clash {
  readonly field: 'erp' | 'channels';
  readonly detail: string;
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
      return { field: 'channels', detail: `${connection} is named twice: a channel has one name for a warehouse` };
    seen.add(connection);
  }
  for (const other of others) {
    if (other._id === code) continue;
    const { erp } = fields;
    if (erp && other.erp && erp.connection === other.erp.connection && erp.code === other.erp.code)
      return {
        field: 'erp',
        detail: `${erp.code ?? 'the first warehouse'} of ${erp.connection} feeds ${other._id} already`,
      };
    for (const { connection, location } of fields.channels) {
      if (other.channels.some((channel) => channel.connection === connection && channel.location === location))
        return { field: 'channels', detail: `${location} of ${connection} is ${other._id} already` };
    }
  }
  return null;
}
