import { createServer } from 'node:net';
import { anyPort } from '../spec/real-redis.mjs';
import { accepts, holderOf, isFree, nextFreePort } from './ports.mjs';

const listening = (port, host) =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
const closed = (server) => new Promise((resolve) => server.close(resolve));

test.each(['127.0.0.1', '0.0.0.0', '::'])(
  'a listener on %s takes the port, and the next one is chosen',
  async (host) => {
    const port = await anyPort();
    expect(await isFree(port)).toBe(true);
    const server = await listening(port, host);
    try {
      expect(await isFree(port)).toBe(false);
      expect(await accepts(port)).toBe(true);
      expect(await nextFreePort(port)).toBeGreaterThan(port);
    } finally {
      await closed(server);
    }
  },
);

test('the holder of a port is found by pid and program, without the rest of its command line', async () => {
  const port = await anyPort();
  const server = await listening(port, '127.0.0.1');
  try {
    const holder = await holderOf(port);
    expect(holder.pid).toBe(process.pid);
    expect(holder.command.split(' ').length).toBeLessThanOrEqual(2);
  } finally {
    await closed(server);
  }
  expect(await holderOf(port)).toBeNull();
});
