import { FailureTally } from './failure-tally.js';

describe('the tally of failures', () => {
  it('names the clients with the most failures, counts all failures, and then starts from zero', () => {
    const tally = new FailureTally();
    for (let client = 0; client < 5_000; client += 1) tally.add(`client ${client}`, false);
    for (let i = 0; i < 3; i += 1) tally.add('client 7', true);
    const { count, beyond, clients } = tally.take();
    expect({ count, beyond }).toEqual({ count: 5_003, beyond: 3 });
    expect(clients).toHaveLength(20);
    expect(clients[0]).toEqual({ client: 'client 7', failures: 4 });
    expect(tally.take()).toEqual({ count: 0, beyond: 0, clients: [] });
  });
});
