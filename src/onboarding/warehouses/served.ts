import { type Warehouse } from '../../connections/warehouses/warehouse.schema.js';

/** The warehouses that a channel sells from, in order, with its names for them, as text for comparison. */
export function servedAs(connection: string, serving: readonly Pick<Warehouse, '_id' | 'channels'>[]): string {
  return JSON.stringify(
    serving.map(({ _id, channels }) => [
      _id,
      channels.find((channel) => channel.connection === connection)?.location ?? null,
    ]),
  );
}
