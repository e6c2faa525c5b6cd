import { type AppConfig } from '../config/app-config.js';
import { type MarkSource } from '../common/mongo/mark-sources.js';
import { type MarkRegistry } from '../queues/mark-registry.service.js';
import { type ConnectionsService } from '../connections/connections.service.js';
import { type ListingReads } from './listing-reads.repository.js';
import { SalesFirst } from './sales-first.service.js';

/** Marks that wait for a number of checks, and the count of these checks. */
function waitingFor(collection: string, field: string, looks: number) {
  const asked: { from: Date; to: Date }[] = [];
  const source: MarkSource = {
    collection,
    field,
    about: {},
    marks: {
      takeOverdue: async () => [],
      oldestWaiting: async () => null,
      waitsSince: async (from, to) => asked.push({ from, to }) <= looks,
    },
    wake: 'orders',
  };
  return { source, asked };
}

const NO_PUSHES: Pick<ListingReads, 'saleWaits'> = { saleWaits: async () => false };

function salesFirst(sources: readonly MarkSource[], patienceMs: number, pushes = NO_PUSHES): SalesFirst {
  const config = { values: { RECONCILE_PATIENCE_MS: patienceMs } } as unknown as AppConfig;
  const connections = { channels: () => [{ connection: { id: 'falabella' } }] } as unknown as ConnectionsService;
  return new SalesFirst(config, { all: sources } as MarkRegistry, connections, pushes as ListingReads);
}

describe('a bulk job', () => {
  it('continues at once when no sale waits', async () => {
    const { source, asked } = waitingFor('orders', 'deliver', 0);
    await salesFirst([source], 60_000).turn();
    expect(asked).toHaveLength(1);
  });

  it('waits until earlier sales are processed', async () => {
    const { source, asked } = waitingFor('webhook_events', 'handle', 2);
    await salesFirst([source], 60_000).turn();
    expect(asked).toHaveLength(3);
  });

  it('waits for a channel with an unpublished sale', async () => {
    let looks = 0;
    await salesFirst([], 60_000, { saleWaits: async () => ++looks <= 2 }).turn();
    expect(looks).toBe(3);
  });

  it('does not wait for ever, nor for its own work', async () => {
    const stuck = waitingFor('orders', 'record', Infinity);
    const own = waitingFor('runs', 'work', Infinity);
    await salesFirst([stuck.source, own.source], 300).turn();
    expect(stuck.asked.length).toBeGreaterThan(0);
    expect(own.asked).toEqual([]);
  });

  it('does not wait in a process that ends', async () => {
    const { source, asked } = waitingFor('orders', 'record', Infinity);
    const sales = salesFirst([source], 600_000);
    const turn = sales.turn();
    sales.beforeApplicationShutdown();
    await turn;
    expect(asked.length).toBeLessThanOrEqual(1);
  });
});
