import { type OrderSnapshot } from '../../../src/orders/order-snapshot.js';
import { act } from './erp/people.js';
import { type ErpWorld } from './erp/erp-world.js';
import { type Random } from './random.js';
import { PlatformOrder } from './shop/platform.js';
import { ERP, SHOP, type Scenario } from './shop/scenario.js';
import { type Timeline } from './time/timeline.js';

/** The functions of the run that outside events call. */
export interface Stage {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly scenario: Scenario;
  readonly erp: ErpWorld;
  /** A webhook arrives. `rearm`: identical bytes may stand for a new change. */
  receive(id: string, connection: string, intent: Readonly<Record<string, unknown>>, rearm: boolean): void;
  crash(): void;
  freeze(): void;
  /** The shop has sold these units; below 0: taken them back. */
  sold(sku: string, units: number): void;
  /** A person acts on an order. */
  handle(order: PlatformOrder): void;
}

/** Schedules what the platform, people and accidents do in one run. */
export class Happenings {
  readonly orders: PlatformOrder[] = [];

  constructor(private readonly stage: Stage) {}

  plan(): void {
    const { timeline, random, scenario } = this.stage;
    for (let i = 1; i <= scenario.orders; i++) this.planOrder(`A${i}`);
    const some = (times: number, span: number, happen: () => void) => {
      for (let i = 0; i < times; i++) timeline.after(random.unit() * scenario.spanMs * span, happen);
    };
    some(scenario.peoplesActs, 1, () => this.peopleAct());
    some(scenario.manualActions, 2, () => this.handwork());
    some(scenario.crashes, 2, () => this.stage.crash());
    some(scenario.freezes, 2, () => this.stage.freeze());
  }

  /** The ERP notifies us of other people's changes always, and of ours sometimes. */
  erpChanged(sku: string, ours: boolean): void {
    const { random, timeline, scenario } = this.stage;
    if (timeline.steps === 0 || (ours && random.chance(0.5))) return;
    const delayMs = random.wait(scenario.fickle ? 2 : random.pick([1, 10, scenario.spanMs]));
    timeline.after(delayMs, () =>
      this.stage.receive(`erp/${sku}/${random.below(2)}`, ERP, { kind: 'erpStock', sku }, true),
    );
  }

  private planOrder(orderId: string): void {
    const { timeline, random, scenario } = this.stage;
    let at = random.unit() * scenario.spanMs * 0.3;
    timeline.after(at, () => {
      const order = new PlatformOrder(SHOP, orderId, scenario, random);
      this.orders.push(order);
      this.sell(null, order.now);
      this.send(order, order.now, 'first');
    });
    for (let change = random.between(0, scenario.changes); change > 0; change--) {
      at += random.wait(scenario.spanMs / 3);
      timeline.after(at, () => {
        const order = this.orders.find(({ now }) => now.orderId === orderId);
        if (!order) return;
        const before = order.now;
        const snapshot = order.change();
        this.sell(before, order.now);
        this.send(order, snapshot, String(change));
      });
    }
  }

  /** Sends a snapshot to us, once or twice. Only the newest is never lost. */
  private send(order: PlatformOrder, snapshot: OrderSnapshot, id: string): void {
    const { random, timeline, scenario } = this.stage;
    timeline.note(() => `= ${snapshot.orderId} is ${snapshot.status} v${snapshot.version}: ${linesOf(snapshot)}`);
    const meanMs = random.pick([1, 5, scenario.spanMs / 4]);
    for (let times = random.chance(0.2) ? 2 : 1; times > 0; times--) {
      const loses = random.chance(0.15);
      const delayMs = order.arrival(snapshot, timeline.now, random.wait(meanMs));
      timeline.after(delayMs, () => {
        if (loses && order.now !== snapshot) return;
        this.stage.receive(
          `order/${snapshot.orderId}/${snapshot.version}/${id}`,
          SHOP,
          { kind: 'order', order: snapshot },
          false,
        );
      });
    }
  }

  /**
   * A platform subtracts its sales from the number that it shows. Whether it adds cancelled units again is
   * up to the platform.
   */
  private sell(before: OrderSnapshot | null, now: OrderSnapshot): void {
    const { random, stage } = { random: this.stage.random, stage: this.stage };
    const units = ({ lines, status }: OrderSnapshot, sku: string) =>
      status === 'cancelled'
        ? 0
        : lines.filter((line) => line.sku === sku).reduce((sum, { quantity }) => sum + quantity, 0);
    for (const sku of stage.scenario.sold) {
      const more = units(now, sku) - (before ? units(before, sku) : 0);
      if (more > 0 || (more < 0 && random.chance(0.5))) stage.sold(sku, more);
    }
  }

  private peopleAct(): void {
    const { scenario, erp, random, timeline } = this.stage;
    const places = scenario.places.filter(({ master }) => master === ERP);
    if (places.length === 0) return;
    const done = act(erp, random, random.pick(places), scenario.fickle, (delayMs, later) => {
      timeline.after(delayMs, () => {
        const what = later();
        timeline.note(() => `= people: ${what}`);
      });
    });
    timeline.note(() => `= people: ${done}`);
  }

  private handwork(): void {
    if (this.orders.length > 0) this.stage.handle(this.stage.random.pick(this.orders));
  }
}

function linesOf({ lines, paid }: OrderSnapshot): string {
  const list = lines.map(
    ({ lineId, sku, quantity, location }) => `${lineId} ${quantity} x ${sku}${location ? ` ${location}` : ''}`,
  );
  return `${list.join(', ')}${paid === undefined ? '' : paid ? ', paid' : ', not paid'}`;
}
