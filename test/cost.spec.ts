import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { orderBody } from './support/caller.js';
import { PrivateRedis } from './support/redis.js';
import { Shop } from './support/shop.js';
import { waitFor } from './support/wait.js';

/** The collections that an order passes. What repeats by itself reads others; how often logs are written depends on time. */
const PASSED = / (webhook_events|orders|stock_entries|stock_movements|listings|listing_pushes|alerts)$/;
const NEVER_MS = '600000';
const ALONE = 5;
const TOGETHER = 60;

/** Database commands and jobs of an order's whole way: webhook, ledger, delivery in Odoo, channel told. `npm run bench -- cost` measures more. */
describe('what an order costs', () => {
  let dir: string;
  let redis: PrivateRedis;
  let shop: Shop;
  const program = process.env.TEST_PROGRAM;

  beforeAll(async () => {
    // The counting file and the program have to load the same driver, which a bundle holds within it.
    delete process.env.TEST_PROGRAM;
    dir = await mkdtemp(join(tmpdir(), 'cost-'));
    redis = await PrivateRedis.start();
    shop = await Shop.open({
      label: 'cost',
      redisUrl: redis.url,
      settings: { odoo: { webhooks: false } },
      env: {
        NODE_OPTIONS: `--import ${join(process.cwd(), 'bench/count-commands.mjs')}`,
        COUNTS_DIR: dir,
        FALABELLA_FEED_INTERVAL_MS: '0',
        SWEEP_INTERVAL_MS: NEVER_MS,
        ORDER_POLL_INTERVAL_MS: NEVER_MS,
        LEASE_TTL_MS: '60000',
      },
    });
    await shop.start();
    await shop.catalogueRead();
  });
  afterAll(async () => {
    process.env.TEST_PROGRAM = program;
    await shop?.close();
    await redis?.close();
    await rm(dir, { recursive: true, force: true });
  });

  const commands = async () => {
    const file = join(dir, `${shop.app.pid}.json`);
    await rm(file, { force: true });
    process.kill(shop.app.pid, 'SIGUSR2');
    await waitFor('the counts are written', () => existsSync(file));
    const counts = JSON.parse(await readFile(file, 'utf8')) as Record<string, { commands: number }>;
    const passed = Object.entries(counts).filter(([name]) => PASSED.test(name));
    return { database: passed.reduce((sum, [, one]) => sum + one.commands, 0), jobs: await redis.jobs() };
  };
  const order = (name: string, sku: string) => shop.call.order(orderBody(name, { products: [{ sku, quantity: 1 }] }));
  const costs = async (count: number, work: () => Promise<unknown>) => {
    const before = await commands();
    await work();
    await shop.quiet();
    const after = await commands();
    return { database: (after.database - before.database) / count, jobs: (after.jobs - before.jobs) / count };
  };
  const sku = (n: number) => `PROD-${String((n % 50) + 1).padStart(3, '0')}`;

  it('alone', async () => {
    const alone = await costs(ALONE, async () => {
      for (let n = 0; n < ALONE; n += 1) {
        await order(`ALONE-${n}`, sku(n));
        await shop.quiet();
      }
    });
    expect(alone.database).toBeLessThanOrEqual(70);
    expect(alone.jobs).toBeLessThanOrEqual(5);
  });

  it('with others that come at the same time', async () => {
    const together = await costs(TOGETHER, () =>
      Promise.all(Array.from({ length: TOGETHER }, (_, n) => order(`TOGETHER-${n}`, sku(n)))),
    );
    expect(together.database).toBeLessThanOrEqual(12);
    expect(together.jobs).toBeLessThanOrEqual(1.5);
  });
});
