import { setTimeout as pause } from 'node:timers/promises';
import { RefusedOrder } from '../../sandbox/falabella/orders.js';
import { notify } from '../../sandbox/control/tiendanube/account.js';
import { RefusedChange } from '../../sandbox/tiendanube/orders.js';
import { type Dice } from '../support/dice.js';
import { FALABELLA, storeOf, type DayWorld } from './world.js';

/** Counters beside the sales. */
export interface Tally {
  orders: number;
  /** Shoppers who wanted more than was shown. */
  refused: number;
  cancels: number;
  edits: number;
  /** Events that were sent once more. */
  duplicates: number;
}

interface Line {
  readonly sku: string;
  readonly quantity: number;
}

type Turn = 'ship' | 'cancel' | 'cancelOne' | 'more' | 'less' | 'pay' | 'reopen' | 'tellAgain';

/**
 * The share of shoppers at each channel, in percent. The store of the smallest plan takes two calls a
 * second, so it has few.
 */
const VISITS: Readonly<Record<string, number>> = {
  [FALABELLA]: 35,
  'store-5001': 10,
  'store-5002': 30,
  'store-5004': 25,
};
const AT_FALABELLA: readonly (readonly Turn[])[] = [
  [],
  ['ship'],
  ['ship', 'tellAgain'],
  ['cancel'],
  ['cancelOne'],
  ['cancelOne', 'ship'],
  ['more', 'ship'],
  ['tellAgain'],
];
const PAID: readonly (readonly Turn[])[] = [[], [], ['tellAgain'], ['ship']];
const UNPAID: readonly (readonly Turn[])[] = [
  ['pay'],
  ['more', 'pay'],
  ['less', 'pay', 'tellAgain'],
  ['more', 'less', 'pay'],
  ['cancel', 'tellAgain'],
  ['cancel', 'reopen', 'pay'],
  ['less', 'cancel'],
];
const TRIES = 30;

/** Shoppers who buy, change their minds and pay, everywhere at once. No shopper buys more than is shown. */
export class Shoppers {
  readonly tally: Tally = { orders: 0, refused: 0, cancels: 0, edits: 0, duplicates: 0 };
  private readonly begun: Promise<void>[] = [];
  private number = 0;

  constructor(
    private readonly world: DayWorld,
    private readonly dice: Dice,
    private readonly wants: (dice: Dice) => string,
  ) {}

  /** Places this many orders at an even pace; resolves after the last change of the last order. */
  async day(orders: number, everyMs: number): Promise<void> {
    const startedAt = performance.now();
    for (let i = 0; i < orders; i++) {
      await pause(Math.max(0, startedAt + i * everyMs - performance.now()));
      this.begun.push(this.order());
    }
    await Promise.all(this.begun);
  }

  /** Buys one unit. False: it is not shown. */
  async buyOne(channel: string, sku: string): Promise<boolean> {
    return (await this.buy(channel, [{ sku, quantity: 1 }], true)) !== null;
  }

  private async order(): Promise<void> {
    for (let i = 0; i < TRIES; i++) {
      const channel = this.channel();
      const isPaid = this.dice.roll(10) < 7;
      const order = await this.buy(channel, this.lines(), isPaid);
      if (order === null) continue;
      const turns = channel === FALABELLA ? AT_FALABELLA : isPaid ? PAID : UNPAID;
      for (const turn of turns[this.dice.roll(turns.length)] ?? []) {
        await pause(200 + this.dice.roll(2_500));
        await this.turn(channel, order, turn);
      }
      return;
    }
  }

  private channel(): string {
    let at = this.dice.roll(100);
    for (const [channel, share] of Object.entries(VISITS)) if ((at -= share) < 0) return channel;
    return FALABELLA;
  }

  private lines(): Line[] {
    const skus = new Set(Array.from({ length: 1 + this.dice.roll(2) }, () => this.wants(this.dice)));
    return [...skus].map((sku) => ({ sku, quantity: 1 + this.dice.roll(2) }));
  }

  /** The order's name; null: too few are shown. */
  private async buy(channel: string, lines: Line[], isPaid: boolean): Promise<string | null> {
    const { orders, tiendanubePlays } = this.world.shop.sandbox.world;
    const id = `D-${String((this.number += 1)).padStart(5, '0')}`;
    let order = id;
    const bought = await this.allowed(async () => {
      if (channel === FALABELLA) {
        const sold = orders.sell({
          id,
          lines,
          status: 'pending',
          webhook: this.dice.roll(10) === 0 ? 'both' : 'registered',
          times: this.times(),
        });
        this.note(channel, id);
        await sold;
      } else {
        order = String(tiendanubePlays.sell(storeOf(channel), { lines, payment: isPaid ? 'paid' : 'pending' }).id);
        this.note(channel, order);
      }
    });
    if (bought) this.tally.orders += 1;
    else this.tally.refused += 1;
    return bought ? order : null;
  }

  private times(): number {
    const isTwice = this.dice.roll(5) === 0;
    if (isTwice) this.tally.duplicates += 1;
    return isTwice ? 2 : 1;
  }

  private async turn(channel: string, order: string, turn: Turn): Promise<void> {
    const done = await this.allowed(() =>
      channel === FALABELLA ? this.atFalabella(order, turn) : this.atStore(channel, order, turn),
    );
    if (!done) return;
    if (turn === 'cancel') this.tally.cancels += 1;
    else if (['cancelOne', 'more', 'less'].includes(turn)) this.tally.edits += 1;
  }

  private async atFalabella(order: string, turn: Turn): Promise<void> {
    const { orders } = this.world.shop.sandbox.world;
    const webhook = 'registered';
    const [sku = ''] = this.world.bought(FALABELLA, order).keys();
    const quantity = 1;
    const plays: Partial<Record<Turn, () => Promise<unknown>>> = {
      ship: () => orders.change(order, 'ready_to_ship', { webhook, times: this.times() }),
      cancel: () => orders.change(order, 'canceled', { webhook, times: this.times() }),
      cancelOne: () => orders.change(order, 'canceled', { webhook, sku, quantity }),
      more: () => orders.add(order, { webhook, sku: this.wants(this.dice), quantity }),
      tellAgain: () => {
        this.tally.duplicates += 1;
        return orders.sell({ id: order, webhook });
      },
    };
    const playing = plays[turn]?.();
    this.note(FALABELLA, order);
    await playing;
  }

  private atStore(channel: string, order: string, turn: Turn): void {
    const plays = this.world.shop.sandbox.world.tiendanubePlays;
    const store = storeOf(channel);
    const { lines } = this.world.orderAt(channel, order);
    const [line] = lines;
    const change = (what: string, input: Record<string, unknown> = {}) => plays.change(store, order, what, input);
    if (turn === 'pay' || turn === 'ship') change(turn);
    if (turn === 'cancel') change('cancel', { restock: this.dice.roll(3) > 0 });
    if (turn === 'less' && line)
      change('edit', { lines: [{ lineId: line.id, quantity: Math.max(1, line.quantity - 1) }] });
    if (turn === 'tellAgain') this.sendAgain(channel, order);
    // The panel lets a merchant sell missing goods; this merchant checks first.
    if (turn === 'reopen' && lines.every(({ sku, quantity }) => this.world.shown(channel, sku ?? '') >= quantity))
      change('reopen');
    const sku = this.wants(this.dice);
    if (turn === 'more' && this.world.shown(channel, sku) > 0) change('edit', { lines: [{ sku, quantity: 1 }] });
    this.note(channel, order);
  }

  /** Sends the same bytes once more, as Tiendanube does when an answer is lost. */
  private sendAgain(channel: string, order: string): void {
    const { tiendanube } = this.world.shop.sandbox.world;
    notify(tiendanube, this.world.shop.sandbox.world.tiendanubePlays.store(storeOf(channel)), {
      event: 'order/created',
      id: Number(order),
      times: 2,
    });
    this.tally.duplicates += 2;
  }

  private note(channel: string, order: string): void {
    this.world.truth.note(channel, order, this.world.bought(channel, order));
  }

  /** Ignores steps that a platform does not allow. */
  private async allowed(play: () => unknown): Promise<boolean> {
    try {
      await play();
      return true;
    } catch (error) {
      if (error instanceof RefusedOrder || error instanceof RefusedChange) return false;
      throw error;
    }
  }
}
