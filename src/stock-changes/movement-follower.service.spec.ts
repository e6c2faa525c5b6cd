import { type AlertReport } from '../alerts/alert-writes.js';
import { type AlertsService } from '../alerts/alerts.service.js';
import { type ConnectionsService } from '../connections/connections.service.js';
import { type ListingChange, type ListingsRepository } from '../listings/listings.repository.js';
import { type EntriesRepository } from '../stock/entries.repository.js';
import { type Movement } from '../stock/ledger.types.js';
import { MovementFollower } from './movement-follower.service.js';
import { type PumpWakeups } from '../publishing/pump-wakeups.service.js';
import { type WaitingOrders } from './waiting-orders.service.js';

function movement(
  seq: number,
  quantityDelta: number,
  reservedDelta: number,
  quantity: number,
  reserved: number,
): Movement {
  return {
    _id: `main/A#${seq}`,
    entry: 'main/A',
    sku: 'A',
    warehouse: 'main',
    seq,
    kind: 'adjust',
    quantityDelta,
    reservedDelta,
    quantity,
    reserved,
    key: String(seq),
    cause: { type: 'order' },
    observed: false,
    at: new Date(),
    schemaVersion: 1,
  };
}

type Concerns = (change: ListingChange, connection: string, published: number) => boolean;

describe('keeping the stock alerts current', () => {
  let writes: AlertReport[][];
  let follower: MovementFollower;
  let asked: readonly string[];
  let published: number;
  let entry: { _id: string; master: string; observedAt?: Date };

  beforeEach(() => {
    writes = [];
    published = 8;
    entry = { _id: 'main/A', master: 'odoo', observedAt: new Date() };
    const alerts = { follow: async (reports: AlertReport[]) => void writes.push(reports) };
    const listings = {
      requestPublish: async (changes: readonly ListingChange[], concerns: Concerns) => {
        asked = changes.flatMap((change) => ['shop', 'mall', 'gone'].filter((id) => concerns(change, id, published)));
        return asked;
      },
    };
    const pushes: Record<string, string> = { shop: 'available', mall: 'on_hand' };
    const connections = { sellingOf: (id: string) => pushes[id] && { pushes: pushes[id] } };
    const entries = { byIds: async () => [entry] };
    follower = new MovementFollower(
      listings as unknown as ListingsRepository,
      { wake: () => undefined } as unknown as PumpWakeups,
      alerts as unknown as AlertsService,
      entries as unknown as EntriesRepository,
      { known: async () => undefined, arrived: async () => undefined } as unknown as WaitingOrders,
      connections as unknown as ConnectionsService,
    );
  });

  it('publishes what was reserved and has left only where a channel takes its own orders off', async () => {
    await follower.onMoved([{ ...movement(2, -2, -2, 8, 0), kind: 'commit' }]);
    expect(asked).toEqual(['mall', 'gone']);
    await follower.onMoved([{ ...movement(3, -3, -2, 5, 0), kind: 'commit' }]);
    expect(asked).toEqual(['shop', 'mall', 'gone']);
    await follower.onMoved([movement(4, 0, 2, 5, 2)]);
    expect(asked).toEqual(['shop', 'mall', 'gone']);
    published = 0;
    await follower.onMoved([{ ...movement(2, -2, -2, 8, 0), kind: 'commit' }]);
    expect(asked).toEqual(['shop', 'mall', 'gone']);
  });

  const said = () =>
    writes
      .flat()
      .map(({ kind, subject, open, version }) => `${open ? 'open' : 'close'} ${kind} ${subject} @${version}`);

  it('opens one when more is reserved than there is', async () => {
    await follower.onMoved([movement(2, 0, 3, 1, 3)]);
    expect(said()).toEqual(['open oversold main/A @2']);
  });

  it('closes it when the stock is back', async () => {
    await follower.onMoved([movement(3, 5, 0, 6, 3)]);
    expect(said()).toEqual(['close oversold main/A @3']);
  });

  it('closes it, too, when another movement follows at once', async () => {
    await follower.onMoved([movement(3, 5, 0, 6, 3), movement(4, 0, 1, 6, 4)]);
    expect(said()).toEqual(['close oversold main/A @4']);
  });

  it('takes the movement with the highest seq, in whatever order the movements arrive', async () => {
    await follower.onMoved([movement(4, 0, 1, 6, 4), movement(3, 5, 0, 6, 3)]);
    expect(said()).toEqual(['close oversold main/A @4']);
  });

  it('opens one for a quantity below zero, and closes it when the quantity is no longer negative', async () => {
    await follower.onMoved([movement(2, -3, 0, -1, 0)]);
    await follower.onMoved([movement(3, 1, 0, 0, 0)]);
    expect(said()).toEqual([
      'open oversold main/A @2',
      'open negative main/A @2',
      'close oversold main/A @3',
      'close negative main/A @3',
    ]);
  });

  it('leaves alerts alone where nothing was or is below zero', async () => {
    await follower.onMoved([movement(5, 0, 1, 6, 5)]);
    expect(said()).toEqual([]);
  });

  it('opens none for an entry whose ERP was not read yet', async () => {
    entry = { _id: 'main/A', master: 'odoo' };
    await follower.onMoved([movement(1, 0, 2, 0, 2), movement(2, 0, 1, 0, 3)]);
    expect(said()).toEqual([]);
  });

  it('opens one when a SKU is sold that the ledger itself never had', async () => {
    entry = { _id: 'main/A', master: 'ledger' };
    await follower.onMoved([movement(1, 0, 2, 0, 2)]);
    expect(said()).toEqual(['open oversold main/A @1']);
  });

  it('writes the alerts of a whole group at once', async () => {
    await follower.onMoved([
      movement(2, 0, 3, 1, 3),
      { ...movement(9, 0, 3, 1, 3), _id: 'main/B#9', entry: 'main/B', sku: 'B' },
    ]);
    expect(writes).toHaveLength(1);
    expect(said()).toEqual(['open oversold main/A @2', 'open oversold main/B @9']);
  });
});
