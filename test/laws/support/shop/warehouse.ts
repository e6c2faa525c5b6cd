import { type Warehouse } from '../../../../src/connections/warehouses/warehouse.schema.js';

/** A warehouse of the ledger. `more`: its ERP, or the channels' names for it. */
export function warehouse(
  _id: string,
  priority: number,
  more: Partial<Pick<Warehouse, 'erp' | 'channels'>> = {},
): Warehouse {
  const now = new Date();
  return {
    _id,
    name: _id,
    priority,
    active: true,
    channels: [],
    ...more,
    createdAt: now,
    updatedAt: now,
    schemaVersion: 1,
  };
}
