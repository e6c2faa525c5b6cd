import { type OrderLine, type OrderSnapshot, type OrderStatus } from '../../../../src/orders/order-snapshot.js';
import { comesBefore } from '../../../../src/orders/order-life.js';
import { type Random } from '../random.js';
import { type Scenario } from './scenario.js';

const STEPS: readonly OrderStatus[] = [
  'created',
  'confirmed',
  'paid',
  'ready_to_ship',
  'shipped',
  'delivered',
  'returned',
];
const FIRST: readonly OrderStatus[] = ['created', 'created', 'confirmed', 'confirmed', 'paid', 'shipped', 'cancelled'];

/** One order on its platform. Every change makes a snapshot, which webhooks deliver to us sooner or later. */
export class PlatformOrder {
  /** The current state in our own terms: the state that should count in the end. */
  now: OrderSnapshot;
  private version = 1;
  private lines: OrderLine[];
  private linesMade = 0;
  private confirmed: boolean;
  private lastArrival = { version: 0, at: 0 };

  constructor(
    readonly connection: string,
    orderId: string,
    private readonly scenario: Scenario,
    private readonly random: Random,
  ) {
    this.lines = Array.from({ length: random.pick([1, 1, 2]) }, () => this.newLine());
    const status = random.pick(FIRST);
    this.confirmed = status !== 'created' && status !== 'cancelled';
    this.now = { orderId, status, statusText: status, lines: [...this.lines], version: 1, ...this.payment() };
  }

  /** Gives back a snapshot of the changed order. */
  change(): OrderSnapshot {
    const { random, now } = this;
    // The platform's clock has seconds, so that two changes may have the same time.
    this.version += random.chance(0.8) ? 1 : 0;
    if (random.chance(0.05)) return { ...now, status: 'unknown', statusText: 'in_limbo', version: this.version };
    const status = this.nextStatus();
    if (status === now.status || random.chance(0.2)) this.edit();
    this.confirmed ||= status !== 'created' && status !== 'cancelled';
    const next = { ...now, status, statusText: status, lines: [...this.lines], ...this.payment() };
    // Of two states of one moment the later in an order's life counts: what goes back takes a moment of its own.
    if (comesBefore(next, now)) this.version = Math.max(this.version, now.version + 1);
    this.now = { ...next, version: this.version };
    return this.now;
  }

  /** The arrival time of a snapshot. Only the order of arrival distinguishes snapshots with the same time. */
  arrival({ version }: OrderSnapshot, now: number, delayMs: number): number {
    const earliest = version === this.lastArrival.version ? this.lastArrival.at + 1 : 0;
    const at = Math.max(now + delayMs, earliest);
    this.lastArrival = { version, at };
    return at - now;
  }

  private payment(): { paid?: boolean } {
    const dice = this.random.unit();
    return dice < 0.8 ? {} : { paid: dice < 0.9 };
  }

  private nextStatus(): OrderStatus {
    const { random, now } = this;
    const dice = random.unit();
    if (now.status === 'cancelled') return dice < 0.6 ? random.pick(this.reopened()) : 'cancelled';
    if (dice < 0.35) return 'cancelled';
    if (dice < 0.7)
      return STEPS[Math.min(STEPS.indexOf(now.status) + random.between(1, 2), STEPS.length - 1)] ?? now.status;
    return now.status;
  }

  /** For us, an order that was confirmed stays confirmed when it is re-opened. */
  private reopened(): readonly OrderStatus[] {
    return this.confirmed ? ['confirmed', 'paid'] : ['created', 'confirmed', 'paid'];
  }

  private edit(): void {
    const { random, lines } = this;
    const dice = random.unit();
    const at = random.below(lines.length);
    const line = lines[at];
    if (dice < 0.25) lines.push(this.newLine());
    else if (dice < 0.5 && lines.length > 1) lines.splice(at, 1);
    else if (line) lines[at] = { ...line, quantity: random.between(1, 4) };
  }

  private newLine(): OrderLine {
    const { random, scenario } = this;
    this.linesMade += 1;
    const line = { lineId: `line-${this.linesMade}`, sku: random.pick(scenario.sold), quantity: random.between(1, 3) };
    return scenario.located && random.chance(0.5)
      ? { ...line, location: `at ${random.pick(scenario.warehouses)._id}` }
      : line;
  }
}
