import { type Scenario } from './scenario.js';
import { warehouse } from './warehouse.js';

/** A scenario with two processes in which nothing happens by itself; the test decides what happens. */
export function quietScenario(more: Partial<Scenario>): Scenario {
  return {
    warehouses: [warehouse('main', 0)],
    places: [],
    bundles: [],
    unknownSku: null,
    sold: [],
    located: false,
    selling: {
      reserveAt: 'created',
      deliverAt: 'shipped',
      deliverUnpaid: false,
      reservationHours: null,
      pushes: 'available',
    },
    pushing: null,
    orders: 0,
    changes: 0,
    manualActions: 0,
    peoplesActs: 0,
    fickle: false,
    processes: ['all', 'all'],
    crashes: 0,
    freezes: 0,
    lostJobs: 0,
    plenty: false,
    spanMs: 0,
    ...more,
  };
}
