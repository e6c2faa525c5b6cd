import { finalFaults } from './checks/final.js';
import { Happenings } from './happenings.js';
import { Handwork } from './handwork.js';
import { Machinery } from './machinery.js';
import { Random } from './random.js';
import { drawScenario, ERP, SHOP, type Scenario } from './shop/scenario.js';
import { Timeline } from './time/timeline.js';
import { Weather } from './time/weather.js';

export interface Outcome {
  readonly seed: number;
  readonly scenario: Scenario;
  /** The faults; empty: none. */
  readonly faults: readonly string[];
  readonly trace: readonly string[];
  readonly steps: number;
}

/**
 * Simulates one run that its seed decides: a shop, an ERP with its users, channels, and one to three
 * processes of the product that may die.
 */
export async function simulate(seed: number, traced: boolean): Promise<Outcome> {
  const random = new Random(seed);
  const timeline = new Timeline(new Random(seed ^ 0x5eed), new Weather(random), traced);
  const scenario = drawScenario(random);
  const machinery = new Machinery(scenario, timeline, random, (sku, ours) => happenings.erpChanged(sku, ours));
  const handwork = new Handwork(timeline, random, machinery.tables);
  const happenings: Happenings = new Happenings({
    timeline,
    random,
    scenario,
    erp: machinery.erp,
    receive: (...webhook) => machinery.receive(...webhook),
    crash: () => machinery.crash(),
    freeze: () => machinery.freeze(),
    sold: (sku, units) => machinery.channels.find(({ id }) => id === SHOP)?.sold(sku, units),
    handle: (order) => {
      const { what, work } = handwork.draw(`${order.connection}/${order.now.orderId}`);
      machinery.serve(what, (program) => work(program.orders));
    },
  });
  const faults: string[] = [];
  try {
    await machinery.run(
      () => happenings.plan(),
      () => lastThings(machinery),
    );
    faults.push(...finalFaults(machinery, happenings.orders));
  } catch (error) {
    faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  return {
    seed,
    scenario,
    faults: [...machinery.watch.faults, ...machinery.pushWatch.faults, ...faults],
    trace: timeline.trace ?? [],
    steps: timeline.steps,
  };
}

/** The last events: the unknown SKU may become known, and enough stock may arrive for every order. */
function lastThings({ timeline, scenario, erp }: Machinery): void {
  timeline.note(() => '= the last things happen');
  const { plenty, places, unknownSku, warehouses } = scenario;
  if (unknownSku?.known) erp.products.add(unknownSku.sku);
  if (plenty) for (const { sku, warehouse, master } of places) if (master === ERP) erp.move(warehouse, sku, 60);
  if (plenty && unknownSku?.known) for (const { _id } of warehouses) erp.move(_id, unknownSku.sku, 60);
}
