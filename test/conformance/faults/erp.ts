import {
  type ErpConnector,
  type ErpProduct,
  type ErpTransfer,
  type Page,
  type TransferResult,
  type UncountedNames,
} from '../../../src/connectors/contract.js';
import { type Fault } from '../faulty.js';

type Sound = ErpConnector<never>;
const of = (make: (sound: Sound) => Readonly<Record<string, unknown>>): Fault => make;

/** Creates a second transfer under another name when it is asked again. */
const forgets = (sound: Sound) => {
  let times = 0;
  return {
    transfer: (transfer: ErpTransfer, connection: never) =>
      sound.transfer({ ...transfer, name: times++ === 0 ? transfer.name : `${transfer.name}-${times}` }, connection),
  };
};

/** Reports done when no answer arrives. */
const hopes = (sound: Sound) => ({
  transfer: async (transfer: ErpTransfer, connection: never): Promise<TransferResult> => {
    try {
      return await sound.transfer(transfer, connection);
    } catch {
      return { state: 'done', reference: transfer.name };
    }
  },
});

/** For each clause about ERPs, a fault that breaks it. */
export const ERP_FAULTS: Readonly<Record<string, Fault>> = {
  'no secret is in any error, failure action or log': of((sound) => ({
    observeStock: async (skus: readonly string[], connection: { settings: { apiKey: string } }) => {
      try {
        return await sound.observeStock(skus, connection as never);
      } catch (error) {
        throw new Error(`the call with the key ${connection.settings.apiKey} failed`, { cause: error });
      }
    },
  })),
  'every requested SKU is in one of the two lists, with its stock': of((sound) => ({
    observeStock: async (skus: readonly string[], connection: never) => ({
      ...(await sound.observeStock(skus, connection)),
      problems: [],
    }),
  })),
  'what an uncounted transfer has taken is told, and nothing of others': of((sound) => ({
    observeStock: (skus: readonly string[], connection: never) => sound.observeStock(skus, connection),
  })),
  'uncounted transfers are asked for again after the stock was read': of((sound) => ({
    observeStock: async (skus: readonly string[], connection: never, uncounted: UncountedNames) => {
      let first: readonly string[] | undefined;
      return sound.observeStock(skus, connection, async () => {
        const now = await uncounted(skus);
        first ??= now;
        return first;
      });
    },
  })),
  'the product in a webhook is resolved to its SKU': of(() => ({ skuOf: async () => 'PROD-001' })),
  'every product is listed once, page by page': of((sound) => ({
    listProducts: async (cursor: string | null, connection: never): Promise<Page<ErpProduct>> => {
      const page = await sound.listProducts?.(null, connection);
      return { items: page?.items ?? [], nextCursor: cursor === null ? 'more' : null };
    },
  })),
  'a transfer is booked once, however often it is requested': of(forgets),
  'a transfer whose answer is lost (make, before the effect) is booked once when it is requested again': of(hopes),
  'a transfer whose answer is lost (make, after the effect) is booked once when it is requested again': of(hopes),
  'a transfer whose answer is lost (book, before the effect) is booked once when it is requested again': of(hopes),
  'a transfer whose answer is lost (book, after the effect) is booked once when it is requested again': of(forgets),
  'a transfer whose name is taken is a conflict, and no stock moves': of((sound) => ({
    transfer: (transfer: ErpTransfer, connection: never) =>
      sound.transfer({ ...transfer, name: `${transfer.name}-again` }, connection),
  })),
  'a cancelled transfer is never booked, and a booked one is reported as booked': of(() => ({
    cancelTransfer: async () => ({ state: 'cancelled' }),
  })),
  'a transfer of missing stock waits or is cancelled, as requested': of((sound) => ({
    transfer: async (transfer: ErpTransfer, connection: never): Promise<TransferResult> => {
      await sound.transfer(transfer, connection);
      return { state: 'done', reference: transfer.name };
    },
  })),
};
