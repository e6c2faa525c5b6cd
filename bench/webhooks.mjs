/**
 * Webhooks per second: the product (verified, durably stored, deduplicated, enqueued, answered, logged; its workers running beside) against
 * a bare handler that only does `bull.add`. Same machine, same run, same Redis.
 */
import { load } from './load.mjs';
import { start } from './programs.mjs';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 10);
const CONNECTIONS = Number(process.env.BENCH_CONNECTIONS ?? 64);

/** @param {{ mongoUri: string, redisUrl: string, sandboxUrl: string, say: (line: string) => void }} services */
export async function benchWebhooks({ mongoUri, redisUrl, sandboxUrl, say }) {
  const rows = [];
  const measure = async (name, url, options) => {
    const result = await load({ url, connections: CONNECTIONS, seconds: SECONDS, ...options });
    say(
      `${name}: ${result.perSecond}/s, p50 ${result.p50} ms, p99 ${result.p99} ms, failed ${result.failed} of ${result.sent}`,
    );
    rows.push({ name, ...result });
  };

  const bare = await start(['bench/bare.mjs'], { REDIS_URL: redisUrl }, /^http/);
  await load({ url: bare.line, connections: CONNECTIONS, seconds: 2 });
  await measure('bare Fastify + bull.add, flat out', bare.line);
  await bare.stop();

  const env = { MONGODB_URI: mongoUri, REDIS_URL: redisUrl, SANDBOX_URL: sandboxUrl, PORT: '0', NODE_ENV: 'test' };
  const app = await start(['dist/src/main.js'], env, /listens on port \d+/);
  const url = `http://127.0.0.1:${/port (\d+)/.exec(app.line)?.[1]}/falabella/webhook/order`;
  await load({ url, connections: 8, seconds: 2, rate: 100 });
  await measure('webhooks at 200/s', url, { rate: 200, connections: 32 });
  await measure('webhooks, flat out', url);
  await app.stop();
  return rows;
}
