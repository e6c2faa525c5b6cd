import { variantById, variantsBySku } from '../../tiendanube/catalogueIndex.js';
import {
  cancel,
  close,
  edit,
  type LineEdit,
  RefusedChange,
  reopen,
  type SaleLine,
  sell,
  setNote,
  setPayment,
  setShipping,
} from '../../tiendanube/orders.js';
import { type StoreContext } from '../../tiendanube/context.js';
import { type Tiendanube } from '../../tiendanube/platform.js';
import {
  paymentStatuses,
  type Store,
  storefronts,
  type TiendanubeOrder,
  type Variant,
} from '../../tiendanube/state.js';
import { setLevel } from '../../tiendanube/stock.js';
import { allow, BadInput, choice, type Input, needNumber, needText, number, text } from '../input.js';
import { describeVariant } from './state.js';

const shippingStatuses = ['unpacked', 'unshipped', 'shipped', 'delivered'] as const;

/** Plays the actions of shoppers and the merchant in the stores of Tiendanube. */
export class TiendanubePlays {
  constructor(private readonly platform: Tiendanube) {}

  store(id: string): Store {
    const store = this.platform.state.stores[id];
    if (!store)
      throw new RefusedChange(404, `no store ${id}: there are ${Object.keys(this.platform.state.stores).join(', ')}`);
    return store;
  }

  /** By its id or the number that the shopper sees. */
  order(store: Store, id: string): TiendanubeOrder {
    const order = store.orders[id] ?? Object.values(store.orders).find((one) => String(one.number) === id);
    if (!order) throw new RefusedChange(404, `${store.name} has no order ${id}`);
    return order;
  }

  /**
   * A shopper buys. 409 when fewer units are shown than requested, unless `force`: then another shopper
   * was faster during the payment.
   */
  sell(storeId: string, input: Input): TiendanubeOrder {
    allow(input, [
      'sku',
      'variantId',
      'quantity',
      'properties',
      'lines',
      'payment',
      'storefront',
      'customerId',
      'force',
      'silent',
    ]);
    const context = this.context(storeId, input);
    return sell(context, {
      lines: saleLines(context.store, input),
      payment: choice(input, 'payment', paymentStatuses, 'paid'),
      storefront: choice(input, 'storefront', storefronts, 'store'),
      customerId: number(input, 'customerId') ?? 900_001,
      force: input.force === true,
    });
  }

  /** Changes an order: `pay`, `payment`, `cancel`, `reopen`, `close`, `ship`, `note`, `edit`. */
  change(storeId: string, orderId: string, what: string, input: Input): TiendanubeOrder {
    const context = this.context(storeId, input);
    const order = this.order(context.store, orderId);
    const play = changes[what];
    if (!play) throw new RefusedChange(404, `nobody can ${what} an order: ${Object.keys(changes).join(', ')}`);
    play(context, order, input);
    return order;
  }

  /** The merchant enters a number in the panel. The app receives no webhook. */
  setStock(storeId: string, input: Input): unknown {
    allow(input, ['sku', 'variantId', 'stock', 'locationId']);
    const context = this.context(storeId, input);
    const variant = findVariant(context.store, input);
    const stock = input.stock === null ? null : needNumber(input, 'stock');
    const change = setLevel(variant, text(input, 'locationId'), stock);
    if (!change) throw new RefusedChange(404, `no location ${text(input, 'locationId') ?? ''}`);
    context.note(variant, change, 'merchant');
    this.platform.wake();
    return describeVariant(variant);
  }

  /** `silent`: sends no webhooks, as if they were lost. */
  private context(storeId: string, input: Input): StoreContext {
    const context = this.platform.contextOf(this.store(storeId));
    const announce = input.silent === true ? () => undefined : context.announce;
    this.platform.wake();
    return { ...context, announce };
  }
}

type Change = (context: StoreContext, order: TiendanubeOrder, input: Input) => void;

const changes: Record<string, Change> = {
  pay: (context, order, input) => {
    allow(input, ['silent']);
    setPayment(context, order, 'paid');
  },
  payment: (context, order, input) => {
    allow(input, ['status', 'silent']);
    needText(input, 'status');
    setPayment(context, order, choice(input, 'status', paymentStatuses, 'pending'));
  },
  cancel: (context, order, input) => {
    allow(input, ['reason', 'restock', 'silent']);
    cancel(context, order, text(input, 'reason') ?? 'customer', input.restock !== false);
  },
  reopen: (context, order, input) => {
    allow(input, ['silent']);
    reopen(context, order);
  },
  close: (context, order, input) => {
    allow(input, ['silent']);
    close(context, order);
  },
  ship: (context, order, input) => {
    allow(input, ['status', 'silent']);
    setShipping(context, order, choice(input, 'status', shippingStatuses, 'shipped'));
  },
  note: (context, order, input) => {
    allow(input, ['note', 'silent']);
    setNote(context, order, text(input, 'note') ?? `nota ${order.updatedAt}`);
  },
  edit: (context, order, input) => {
    allow(input, ['lines', 'moveStock', 'silent']);
    edit(context, order, lineEdits(context.store, input), input.moveStock !== false);
  },
};

function findVariant(store: Store, input: Input): Variant {
  const id = number(input, 'variantId');
  const variant = id === undefined ? variantsBySku(store, needText(input, 'sku'))[0] : variantById(store, id);
  if (!variant) throw new RefusedChange(404, `${store.name} does not sell ${id ?? needText(input, 'sku')}`);
  return variant;
}

function linesIn(input: Input): Input[] {
  const given = input.lines ?? [input];
  if (!Array.isArray(given) || !given.every((line) => typeof line === 'object' && line !== null))
    throw new BadInput('lines must be a list');
  return given as Input[];
}

function saleLines(store: Store, input: Input): SaleLine[] {
  return linesIn(input).map((line) => saleLine(store, line));
}

function saleLine(store: Store, line: Input): SaleLine {
  const properties = line.properties ?? [];
  if (!Array.isArray(properties) || !properties.every((one) => typeof one === 'string'))
    throw new BadInput('properties must be a list of text');
  return { variant: findVariant(store, line), quantity: number(line, 'quantity') ?? 1, properties };
}

function lineEdits(store: Store, input: Input): LineEdit[] {
  if (input.lines === undefined) throw new BadInput('lines is missing');
  return linesIn(input).map((line) => {
    const lineId = number(line, 'lineId');
    return lineId === undefined ? saleLine(store, line) : { lineId, quantity: needNumber(line, 'quantity') };
  });
}
