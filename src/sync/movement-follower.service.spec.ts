import { type AlertsService } from '../alerts/alerts.service.js';
import { type ListingsRepository } from '../connectors/listings.repository.js';
import { type Movement } from '../stock/ledger.types.js';
import { MovementFollower } from './movement-follower.service.js';
import { type PumpHints } from './pump-hints.service.js';

function movement(place: number, quantityDelta: number, reservedDelta: number, quantity: number, reserved: number): Movement {
  return {
    _id: `main/A#${place}`,
    entry: 'main/A',
    sku: 'A',
    warehouse: 'main',
    place,
    kind: 'adjust',
    quantityDelta,
    reservedDelta,
    quantity,
    reserved,
    key: String(place),
    cause: { type: 'order' },
    observed: false,
    at: new Date(),
    schemaVersion: 1,
  };
}

describe('the alert that more is promised than there is', () => {
  let said: string[];
  let follower: MovementFollower;

  beforeEach(() => {
    said = [];
    const alerts = {
      raise: async (kind: string, subject: string) => void said.push(`raise ${kind} ${subject}`),
      close: async (kind: string, subject: string) => void said.push(`close ${kind} ${subject}`),
    };
    const listings = { want: async () => [] };
    follower = new MovementFollower(
      listings as unknown as ListingsRepository,
      { wake: () => undefined } as unknown as PumpHints,
      alerts as unknown as AlertsService,
    );
  });

  it('is raised by what goes below zero', async () => {
    await follower.onMoved([movement(2, 0, 3, 1, 3)]);
    expect(said).toEqual(['raise oversold A']);
  });

  it('is closed by what brings it back', async () => {
    await follower.onMoved([movement(3, 5, 0, 6, 3)]);
    expect(said).toEqual(['close oversold A']);
  });

  it('is closed too where another movement follows at once', async () => {
    await follower.onMoved([movement(3, 5, 0, 6, 3), movement(4, 0, 1, 6, 4)]);
    expect(said).toEqual(['close oversold A']);
  });

  it('is left alone where nothing was or is below zero', async () => {
    await follower.onMoved([movement(5, 0, 1, 6, 5)]);
    expect(said).toEqual([]);
  });
});
