import { withContext } from '../common/context.js';
import { type LogEntry } from '../common/log-sink.js';
import { toLogDocument } from './log-document.js';

const NOW = Date.UTC(2025, 11, 16, 10);
const entry: LogEntry = { service: 'odoo', action: 'delivery.done', status: 'success', duration: 250 };

describe('toLogDocument', () => {
  it('takes ids that the entry does not have from the current context', () => {
    const context = {
      correlationIds: ['c1'],
      orderIds: ['FAL-1'],
      productSkus: ['PROD-001'],
      connection: 'odoo:default',
      actor: 'ops',
    };
    const { document } = withContext(context, () => toLogDocument(entry, NOW));
    expect(document).toMatchObject(context);
  });

  it("prefers the entry's own ids, even an empty list", () => {
    const { document } = withContext({ orderIds: ['FAL-1'], productSkus: ['PROD-001'] }, () =>
      toLogDocument({ ...entry, orderIds: ['FAL-2'], productSkus: [] }, NOW),
    );
    expect(document.orderIds).toEqual(['FAL-2']);
    expect(document).not.toHaveProperty('productSkus');
  });

  it('began its duration before now, and expires after the retention days', () => {
    const { document } = toLogDocument(entry, NOW);
    expect(document.timestamp.getTime()).toBe(NOW - 250);
    expect(document.expireAt.getTime()).toBe(NOW + 30 * 86_400_000);
  });

  it('omits absent fields, so that partial indexes stay small', () => {
    expect(Object.keys(toLogDocument(entry, NOW).document).sort()).toEqual(
      ['_id', 'service', 'action', 'status', 'kind', 'duration', 'timestamp', 'expireAt', 'schemaVersion'].sort(),
    );
  });

  it('bounds lists of ids and names each id once', () => {
    const orderIds = ['a', 'a', 'b'.repeat(900), ...Array.from({ length: 900 }, (_, i) => `o${i}`)];
    const stored = toLogDocument({ ...entry, orderIds }, NOW).document.orderIds ?? [];
    expect(stored).toHaveLength(200);
    expect(stored[1]).toHaveLength(200);
    expect(stored.filter((id) => id === 'a')).toHaveLength(1);
  });
});
