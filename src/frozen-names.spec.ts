import { idFromKey } from './commands/idempotency-key.js';
import { unseal } from './connections/sealed.js';
import { runKey } from './fulfilment/stock-observer.service.js';
import { deliveryName } from './orders/delivery-name.js';
import { orderKey } from './orders/order.types.js';
import { plan } from './orders/planner.js';
import { entryId, lastMovementId, movementId } from './stock/entry-id.js';
import { eventIdOf, pollEventId } from './webhook-events/event-id.js';

/**
 * Stored documents, and documents in other systems, are found by these names alone. If one changed, a unit
 * would be counted twice, or a delivery made twice. The samples are from stored documents.
 */
describe('names that never change', () => {
  it('are those of entries and movements', () => {
    expect(entryId('CAFÉ 250/A', 'main')).toBe('main/CAF%C3%89%20250%2FA');
    expect(movementId('main/PROD-001', 7)).toBe('main/PROD-001#000000000007');
    expect(lastMovementId('main/PROD-001')).toBe('main/PROD-001#999999999999');
    expect(runKey('run_1')).toBe('run/run_1');
  });

  it('are those of orders, and the keys of what is reserved for them', () => {
    expect(orderKey('falabella', 'FAL/1')).toBe('falabella/FAL%2F1');
    const location = { warehouse: 'main', master: 'ledger', available: 5 };
    const planned = plan({
      order: { rev: 2, holds: [], transfers: [] },
      now: {
        orderId: 'FAL-1',
        status: 'confirmed',
        statusText: 'confirmed',
        version: 1,
        lines: [{ lineId: '1', sku: 'A', quantity: 1 }],
      },
      switches: { reserveAt: 'created', deliverAt: 'confirmed', deliverUnpaid: false, reservationHours: null },
      availability: {
        parts: new Map([['1', [{ sku: 'A', units: 1 }]]]),
        places: new Map([['A', [location]]]),
        decided: new Map(),
        notLive: new Set(),
      },
      key: 'falabella/FAL-1',
      clock: { firstSeen: new Date(0), at: new Date(0) },
    });
    expect(planned.holds.map(({ key }) => key)).toEqual(['falabella/FAL-1/3/0']);
  });

  it('are those of webhook events', () => {
    const body = Buffer.from('{"orderId":"FAL-12345"}');
    expect(eventIdOf('falabella', 'order', body)).toBe('evt_C2s5V4d_XNT76lkc6l6Gb5APDgFQVAX5wFBqqIMRmfw');
    expect(pollEventId('falabella/FAL%2F1')).toBe('evt_poll_Hx3AUpgviZRuSBUHn8PAJhbtqMRWS7LYSicB5ZXT6Mc');
  });

  it('are those of deliveries and commands', () => {
    expect(deliveryName('SO1A2B3C4D', 'falabella', 'FAL-12345', 2)).toBe('SO1A2B3C4D/falabella/FAL-12345/2');
    expect(idFromKey('cmd', 'ops', 'key-1')).toBe('cmd_ajauRRudxsFvFd2MUF9zAk');
  });

  it('open what was sealed', () => {
    const stored = {
      keyId: 'k1',
      nonce: 'AwMDAwMDAwMDAwMD',
      tag: 'T7dbHkXhtUr2qLe3PaxUqw==',
      data: 'XtzCczNjOztYemEvijqPYIgenQ==',
    };
    expect(unseal(stored, 'falabella-peru', [{ id: 'k1', key: Buffer.alloc(32, 7) }])).toBe('{"apiKey":"sample"}');
  });
});
