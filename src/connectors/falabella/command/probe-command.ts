import { setTimeout as sleep } from 'node:timers/promises';
import { type FetchedOrder } from '../../contract.js';
import { type FalabellaConnector } from '../falabella.connector.js';
import { type Account } from '../seller-center.service.js';
import { CommandError, type Terminal } from './terminal.js';

/** The number in the documentation of the probe: large enough for one order, and easy to recognise. */
const PUSHED = 10;

export interface ProbePace {
  /** The interval between two reads, in milliseconds. */
  readonly againMs: number;
  /** The time limit for a feed or an order, in milliseconds. */
  readonly patienceMs: number;
}

/** `unclear`: another change moved the number in the meantime. */
export type ProbeFinding = 'available' | 'on_hand' | 'unclear';

/**
 * Finds out, with a person's help, what a pushed number means to Falabella, which is not documented: the
 * number for sale, or the number on hand, from which Falabella subtracts its own open orders. Pushes a
 * number, has one unit ordered, pushes the same number again and reads it.
 */
export class Probe {
  constructor(
    private readonly connector: FalabellaConnector,
    private readonly account: Account,
    private readonly terminal: Terminal,
    private readonly pace: ProbePace = { againMs: 5_000, patienceMs: 15 * 60_000 },
  ) {}

  async run(sku: string): Promise<ProbeFinding> {
    const before = await this.shown(sku);
    this.terminal.say(
      `Falabella shows ${before} of ${sku}. For some minutes it will show other numbers, and nobody but you should buy it.`,
    );
    this.terminal.say(
      'Take a product of low value that has no open orders. Three pushes and one put-back count towards the limit on pushes.',
    );
    if (!/^y(es)?$/i.test(await this.terminal.ask('Go on? (yes) '))) throw new CommandError('nothing was done');
    const began = new Date();
    try {
      return await this.find(sku, began);
    } finally {
      await this.push(sku, before);
      this.terminal.say(`${sku} was put back to ${before}`);
    }
  }

  private async find(sku: string, began: Date): Promise<ProbeFinding> {
    await this.push(sku, PUSHED);
    const first = await this.shown(sku);
    this.terminal.say(`pushed ${PUSHED}: Falabella shows ${first}`);
    if (first !== PUSHED) {
      this.terminal.say(`It should show ${PUSHED}: the product seems to have open orders. Take another one.`);
      return 'unclear';
    }
    await this.terminal.ask(`Now order one unit of ${sku} in the shop, and press Enter when it is done. `);
    const order = await this.orderOf(sku, began);
    this.terminal.say(`found the order ${order.orderId}: Falabella shows ${await this.shown(sku)}`);
    await this.push(sku, PUSHED);
    const second = await this.shown(sku);
    this.terminal.say(`pushed ${PUSHED} again: Falabella shows ${second}`);
    await this.seeCancelled(sku, order);
    return this.conclude(second);
  }

  private conclude(shown: number): ProbeFinding {
    if (shown === PUSHED) {
      this.terminal.say('What is pushed is what is sold from. Set FALABELLA_PUSHES=available');
      return 'available';
    }
    if (shown === PUSHED - 1) {
      this.terminal.say('Falabella takes its own open orders off what is pushed. Set FALABELLA_PUSHES=on_hand');
      return 'on_hand';
    }
    this.terminal.say('That is neither: somebody else moved the number. Try again with a product that nobody buys.');
    return 'unclear';
  }

  /** Optional: reports whether a cancelled order returns its units by itself. */
  private async seeCancelled(sku: string, order: FetchedOrder): Promise<void> {
    const before = await this.shown(sku);
    const answer = await this.terminal.ask('Now cancel that order in Seller Center and press Enter, or type skip. ');
    if (/^skip$/i.test(answer)) return;
    await this.until('the order is cancelled', async () => {
      const now = await this.connector.fetchOrder(order.ref ?? order.orderId, this.account);
      return now?.status === 'cancelled' || null;
    });
    const after = await this.shown(sku);
    this.terminal.say(
      `cancelled: Falabella shows ${after}, ${after > before ? 'the unit came back by itself' : 'nothing came back by itself'}`,
    );
  }

  private async shown(sku: string): Promise<number> {
    const [stock] = await this.connector.readStock([sku], this.account);
    if (!stock) throw new CommandError(`Falabella has no product with the SellerSku ${sku}`);
    return stock.quantity;
  }

  private async push(sku: string, quantity: number): Promise<void> {
    const { ref, outcome: known } = await this.connector.pushStock([{ sku, quantity }], this.account);
    const outcome = known ?? (await this.until('the push is taken', () => this.ended(ref)));
    if (outcome.state === 'failed') throw new CommandError(`the push failed: ${outcome.reason}`);
    const [refused] = outcome.state === 'finished' ? outcome.rejected : [];
    if (refused) throw new CommandError(`Falabella refused the number: ${refused.reason}`);
  }

  private async ended(ref: string) {
    const outcome = await this.connector.pushOutcome(ref, this.account);
    return outcome.state === 'pending' ? null : outcome;
  }

  private orderOf(sku: string, since: Date): Promise<FetchedOrder> {
    const looked = new Map<string, number>();
    return this.until('the order arrives', async () => {
      for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
        const page = await this.connector.changedOrders(since, cursor, this.account);
        for (const { ref, orderId, updatedAt } of page.items) {
          if (looked.get(orderId) === updatedAt) continue;
          const order = await this.connector.fetchOrder(ref ?? orderId, this.account);
          if (order?.status === 'created' && order.lines.some((line) => line.sku === sku)) return order;
          if (order && order.readAgainMs === undefined) looked.set(orderId, updatedAt);
        }
        cursor = page.nextCursor;
      }
      return null;
    });
  }

  private async until<Value>(what: string, look: () => Promise<Value | null>): Promise<Value> {
    const deadline = Date.now() + this.pace.patienceMs;
    for (;;) {
      const value = await look();
      if (value !== null) return value;
      if (Date.now() > deadline) throw new CommandError(`waited in vain until ${what}`);
      await sleep(this.pace.againMs);
    }
  }
}
