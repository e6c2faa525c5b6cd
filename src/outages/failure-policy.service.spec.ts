import { type ConnectionCache } from '../connections/connection-cache.js';
import { type ConnectionsService } from '../connections/connections.service.js';
import { type PausedConnections } from './paused-connections.service.js';
import { FailurePolicy } from './failure-policy.service.js';

describe('FailurePolicy.recordSuccess', () => {
  const troubled = new Set<string>();
  let ended: string[] = [];
  const policy = () =>
    new FailurePolicy(
      undefined as never,
      {
        isTroubled: (id: string) => troubled.has(id),
        forgetState: () => undefined,
        refresh: async () => void troubled.clear(),
      } as unknown as ConnectionCache,
      { blockedUntil: async () => null, channel: () => null } as unknown as ConnectionsService,
      { unpause: async (id: string) => (ended.push(id), true) } as unknown as PausedConnections,
      undefined as never,
      undefined as never,
    );
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => {
    ended = [];
    troubled.clear();
  });

  it('ends a pause that this process may have stored, once', async () => {
    const one = policy();
    one.recordSuccess('odoo');
    one.recordSuccess('odoo');
    await settle();
    one.recordSuccess('odoo');
    expect(ended).toEqual(['odoo']);
  });

  it('ends a pause that another process has stored since', async () => {
    const one = policy();
    one.recordSuccess('odoo');
    await settle();
    troubled.add('odoo');
    one.recordSuccess('odoo');
    one.recordSuccess('odoo');
    await settle();
    one.recordSuccess('odoo');
    expect(ended).toEqual(['odoo', 'odoo']);
  });
});
