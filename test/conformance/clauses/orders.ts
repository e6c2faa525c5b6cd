import { expect } from '@jest/globals';
import { type ChangedOrder, type FetchedOrder, type Page } from '../../../src/connectors/contract.js';
import { bytes, type ChannelSubject, type OrdersBench } from '../bench.js';
import { channelClause, type Clause } from '../clause.js';

function orderClause(name: string, check: (bench: ChannelSubject, orders: OrdersBench) => Promise<void>): Clause {
  return channelClause(
    name,
    async (bench) => {
      if (!bench.channel.orders) throw new Error('the bench has no orders');
      await check(bench, bench.channel.orders);
    },
    'fetchOrder',
    'changedOrders',
  );
}

async function fetched({ connector, connection }: ChannelSubject, ref: string): Promise<FetchedOrder> {
  const order = await connector.fetchOrder?.(ref, connection);
  if (!order) throw new Error(`there is no order ${ref}`);
  return order;
}

async function changed({ connector, connection }: ChannelSubject, since: Date): Promise<ChangedOrder[]> {
  const all: ChangedOrder[] = [];
  for (let cursor: string | null = null, pages = 0; pages === 0 || cursor !== null; pages += 1) {
    expect(pages).toBeLessThan(50);
    const page: Page<ChangedOrder> | undefined = await connector.changedOrders?.(since, cursor, connection);
    all.push(...(page?.items ?? []));
    cursor = page?.nextCursor ?? null;
  }
  return all;
}

const unitsOf = (order: FetchedOrder) => {
  const units: Record<string, number> = {};
  for (const { sku, quantity } of order.lines) units[sku] = (units[sku] ?? 0) + quantity;
  return units;
};

export const orderClauses: readonly Clause[] = [
  orderClause('an order is read in each of its states', async (bench, { states }) => {
    for (const { state, play, status, units } of states) {
      bench.reset();
      const order = await fetched(bench, await play());
      expect({ state, status: order.status, units: unitsOf(order) }).toEqual({ state, status, units });
    }
  }),

  orderClause('an unknown order is null, not an error', async ({ connector, connection }, { unknownRef }) => {
    expect(await connector.fetchOrder?.(unknownRef, connection)).toBeNull();
  }),

  orderClause('line ids are stable, and versions rise', async (bench, { states, change }) => {
    const ref = await (states[0]?.play() ?? Promise.reject(new Error('no states')));
    const [first, second] = [await fetched(bench, ref), await fetched(bench, ref)];
    expect(second).toEqual(first);
    expect(new Set(first.lines.map(({ lineId }) => lineId)).size).toBe(first.lines.length);
    await change(ref);
    expect((await fetched(bench, ref)).version).toBeGreaterThan(first.version);
  }),

  orderClause(
    'every changed order is listed, with the id and the version of its reading',
    async (bench, { states }) => {
      const since = new Date(Date.now() - 60_000);
      const orders: FetchedOrder[] = [];
      for (const { play } of states) orders.push(await fetched(bench, await play()));
      const listed = new Map((await changed(bench, since)).map((order) => [order.orderId, order]));
      for (const { orderId, ref = orderId, version } of orders) {
        const found = listed.get(orderId);
        expect([found?.ref ?? found?.orderId, found?.updatedAt]).toEqual([ref, version]);
      }
    },
  ),

  orderClause('a webhook names the order by an id that can be fetched', async (bench, { states, webhookOf }) => {
    const ref = await (states[0]?.play() ?? Promise.reject(new Error('no states')));
    const { topic, body } = webhookOf(ref);
    const intent = bench.connector.decode(topic, bytes(body));
    expect(intent.kind).toBe('orderRef');
    if (intent.kind === 'orderRef') expect(await fetched(bench, intent.orderId)).toEqual(await fetched(bench, ref));
  }),

  orderClause('no data of the buyer is stored or logged', async (bench, { states, buyer }) => {
    const seen: string[] = [];
    for (const { play } of states) {
      const ref = await play();
      seen.push(
        JSON.stringify(await fetched(bench, ref)),
        JSON.stringify(await changed(bench, new Date(Date.now() - 60_000))),
        bench.logged(),
      );
    }
    for (const text of buyer) expect(seen.filter((one) => one.includes(text))).toEqual([]);
  }),
];
