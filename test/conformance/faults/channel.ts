import {
  type ChannelConnector,
  type DuePush,
  type FetchedOrder,
  type PushOutcome,
  type PushReceipt,
  type StockPush,
} from '../../../src/connectors/contract.js';
import { type Fault } from '../faulty.js';

type Sound = ChannelConnector<never>;
const of = (make: (sound: Sound) => Readonly<Record<string, unknown>>): Fault => make;

/** Repeats a push by itself when its answer is lost, and reports success. */
const swallowsLoss = (sound: Sound) => ({
  pushStock: async (items: readonly StockPush[], connection: never): Promise<PushReceipt> => {
    try {
      return await sound.pushStock(items, connection);
    } catch {
      return { ref: 'lost', outcome: { state: 'finished', rejected: [] } };
    }
  },
});

/** Counts a lost answer against the item. */
const blamesTheItem = (sound: Sound) => ({
  classify: (error: unknown) =>
    error instanceof Error && error.name === 'NoAnswerError'
      ? { do: 'giveUp', reason: 'no answer' }
      : sound.classify(error),
});

const changesOrders = (change: (order: FetchedOrder) => FetchedOrder) => (sound: Sound) => ({
  fetchOrder: async (ref: string, connection: never) => {
    const order = await sound.fetchOrder?.(ref, connection);
    return order ? change(order) : null;
  },
});

const withoutRejections = (outcome: PushOutcome): PushOutcome =>
  outcome.state === 'finished' ? { ...outcome, rejected: [] } : outcome;

let counter = 0;

/** For each clause about channels, a fault that breaks it. */
export const CHANNEL_FAULTS: Readonly<Record<string, Fault>> = {
  'no secret is in any error, failure action or log': of((sound) => ({
    pushStock: async (
      items: readonly StockPush[],
      connection: { settings: { apiKey?: string; accessToken?: string } },
    ) => {
      try {
        return await sound.pushStock(items, connection as never);
      } catch (error) {
        const { apiKey, accessToken } = connection.settings;
        throw new Error(`the call with the key ${apiKey ?? accessToken ?? ''} failed`, { cause: error });
      }
    },
  })),
  'a push is accepted, and the channel shows every number': of((sound) => ({
    pushStock: (items: readonly StockPush[], connection: never) => sound.pushStock(items.slice(0, 1), connection),
  })),
  'a number replaces the old one and is not added to it': of((sound) => {
    let total = 0;
    return {
      pushStock: (items: readonly StockPush[], connection: never) =>
        sound.pushStock(
          items.map((item) => ({ ...item, quantity: (total += item.quantity) })),
          connection,
        ),
    };
  }),
  'a refused SKU is named, and the others are accepted': of((sound) => ({
    pushStock: async (items: readonly StockPush[], connection: never): Promise<PushReceipt> => {
      const { outcome, ...receipt } = await sound.pushStock(items, connection);
      return outcome ? { ...receipt, outcome: withoutRejections(outcome) } : receipt;
    },
    pushOutcome: async (ref: string, connection: never): Promise<PushOutcome> =>
      withoutRejections(await sound.pushOutcome(ref, connection)),
  })),
  'a push of the maximum size is one push, and a larger one is not sent': of((sound) => ({
    pushStock: (items: readonly StockPush[], connection: never) =>
      sound.pushStock(items.slice(0, sound.manifest.pushBatchSize), connection),
  })),
  'a push whose answer is lost (drop, before the effect) is an outage, and a repeat ends at the newest number':
    of(swallowsLoss),
  'a push whose answer is lost (hang, before the effect) is an outage, and a repeat ends at the newest number':
    of(blamesTheItem),
  'a push whose answer is lost (drop, after the effect) is an outage, and a repeat ends at the newest number':
    of(blamesTheItem),
  'a push whose answer is lost (hang, after the effect) is an outage, and a repeat ends at the newest number':
    of(swallowsLoss),
  'a lost push is found only where it arrived': of(() => ({
    findPush: async () => ({ state: 'absent' }),
  })),
  'a push beyond the limit waits, and loses no number': of((sound) => ({
    classify: (error: unknown) => {
      const remedy = sound.classify(error);
      return remedy.do === 'wait' ? { do: 'giveUp', reason: 'too many' } : remedy;
    },
  })),
  'a plan of pushes sends falls to zero first, fits the batch size, and loses no number': of(() => ({
    planPush: (due: readonly DuePush[]) => ({ skus: due.map(({ sku }) => sku), again: null }),
  })),
  'the whole catalogue is listed, each SKU once': of((sound) => ({
    // Takes a short page for the last one, and ignores the cursor.
    listListings: async (cursor: string | null, connection: never) => {
      const page = await sound.listListings(cursor, connection);
      return { items: page.items.slice(1), nextCursor: null };
    },
  })),
  "the channel's own numbers are read, without SKUs that it does not know": of((sound) => ({
    readStock: async (skus: readonly string[], connection: never) => {
      const read = (await sound.readStock?.(skus, connection)) ?? [];
      return skus.map((sku) => read.find((one) => one.sku === sku) ?? { sku, quantity: 0, parts: [] });
    },
  })),
  'an order is read in each of its states': of(
    changesOrders((order) => ({ ...order, lines: order.lines.map((line) => ({ ...line, quantity: 1 })) })),
  ),
  'an unknown order is null, not an error': of((sound) => ({
    fetchOrder: async (ref: string, connection: never) => {
      const order = await sound.fetchOrder?.(ref, connection);
      if (!order) throw new Error('not found');
      return order;
    },
  })),
  'line ids are stable, and versions rise': of(
    changesOrders((order) => ({
      ...order,
      lines: order.lines.map((line) => ({ ...line, lineId: `line-${++counter}` })),
    })),
  ),
  'every changed order is listed, with the id and the version of its reading': of((sound) => ({
    changedOrders: async (since: Date, cursor: string | null, connection: never) => {
      const page = await sound.changedOrders?.(since, cursor, connection);
      return { items: page?.items.slice(1) ?? [], nextCursor: page?.nextCursor ?? null };
    },
  })),
  'a webhook names the order by an id that can be fetched': of((sound) => ({
    decode: (topic: string, rawBody: Buffer) => {
      const intent = sound.decode(topic, rawBody);
      return intent.kind === 'orderRef' ? { ...intent, orderId: `#${intent.orderId}` } : intent;
    },
  })),
  'no data of the buyer is stored or logged': of(
    changesOrders((order) => ({ ...order, buyer: 'Cliente De Prueba' }) as FetchedOrder),
  ),
};
