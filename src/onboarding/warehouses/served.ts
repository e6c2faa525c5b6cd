import { type Warehouse } from '../../connections/warehouses/warehouse.schema.js';

/** From which warehouses a channel sells, in their order, and by what names it is told of them: as text, to be compared. */
export function servedAs(connection: string, serving: readonly Pick<Warehouse, '_id' | 'channels'>[]): string {
  return JSON.stringify(
    serving.map(({ _id, channels }) => [
      _id,
      channels.find((channel) => channel.connection === connection)?.location ?? null,
    ]),
  );
}
