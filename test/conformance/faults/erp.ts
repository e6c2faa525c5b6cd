import {
  type ErpConnector,
  type ErpProduct,
  type ErpTransfer,
  type Page,
  type TransferResult,
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
  'no secret is in any error, remedy or log': of((sound) => ({
    observeStock: async (skus: readonly string[], connection: { settings: { apiKey: string } }) => {
      try {
        return await sound.observeStock(skus, connection as never);
      } catch (error) {
        throw new Error(`the call with the key ${connection.settings.apiKey} failed`, { cause: error });
      }
    },
  })),
  'every SKU that is asked for is in one of the two lists, as it is in stock': of((sound) => ({
    observeStock: async (skus: readonly string[], connection: never) => ({
      ...(await sound.observeStock(skus, connection)),
      problems: [],
    }),
  })),
  'a product that a webhook names is found by its SKU': of(() => ({ skuOf: async () => 'PROD-001' })),
  'every product is listed once, page by page': of((sound) => ({
    listProducts: async (cursor: string | null, connection: never): Promise<Page<ErpProduct>> => {
      const page = await sound.listProducts?.(null, connection);
      return { items: page?.items ?? [], nextCursor: cursor === null ? 'more' : null };
    },
  })),
  'a transfer is booked once, however often it is asked for': of(forgets),
  'a transfer whose answer is lost (make, before the effect) is booked once when it is asked for again': of(hopes),
  'a transfer whose answer is lost (make, after the effect) is booked once when it is asked for again': of(hopes),
  'a transfer whose answer is lost (book, before the effect) is booked once when it is asked for again': of(hopes),
  'a transfer whose answer is lost (book, after the effect) is booked once when it is asked for again': of(forgets),
  'a transfer whose name belongs to something else is a conflict, and nothing moves': of((sound) => ({
    transfer: (transfer: ErpTransfer, connection: never) =>
      sound.transfer({ ...transfer, name: `${transfer.name}-again` }, connection),
  })),
  'a transfer that was cancelled is never booked, and one that was booked is said to be': of(() => ({
    cancelTransfer: async () => ({ state: 'cancelled' }),
  })),
  'a transfer of more than there is waits or is cancelled, as it was asked to': of((sound) => ({
    transfer: async (transfer: ErpTransfer, connection: never): Promise<TransferResult> => {
      await sound.transfer(transfer, connection);
      return { state: 'done', reference: transfer.name };
    },
  })),
};
