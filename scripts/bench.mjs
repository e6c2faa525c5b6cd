/**
 * `npm run bench`: measures the product against a bare handler on this machine, with Redis, database and sandbox of its own.
 * BENCH_SECONDS (10) and BENCH_CONNECTIONS (64) change the length and the load.
 */
import { start } from '../bench/programs.mjs';
import { endWith } from './lib/ending.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { createOutput } from './lib/output.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { ROOT } from './lib/paths.mjs';
import { checkNode } from './lib/preflight.mjs';
import { openTestSession, servicesFor } from './lib/test-services.mjs';

await endWith(async () => {
  checkNode();
  const output = createOutput();
  const { session } = openTestSession();
  try {
    await ensurePackages({ root: ROOT, output, logDir: session.set.logDir });
    await ensureBuilt({ root: ROOT, output });
    const { MONGODB_URI, REDIS_HOST, REDIS_PORT } = await servicesFor(session, output);
    const sandbox = await start(['dist/sandbox/main.js'], { SANDBOX_PORT: '0', APP_URL: 'http://127.0.0.1:9' }, /^sandbox: /);
    const { benchWebhooks } = await import('../bench/webhooks.mjs');
    const [sandboxUrl] = /http:\/\/127\.0\.0\.1:\d+/.exec(sandbox.line) ?? [''];
    await fetch(`${sandboxUrl}/_sandbox/settings`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ falabella: { feedLimit: false } }),
    });
    await benchWebhooks({
      mongoUri: MONGODB_URI.replace(/\/[^/?]*(\?|$)/, `/bench_${Date.now().toString(36)}$1`),
      redisUrl: `redis://${REDIS_HOST}:${REDIS_PORT}`,
      sandboxUrl,
      say: (line) => output.say(line),
    });
    await sandbox.stop();
    return 0;
  } finally {
    await session.stopAll({});
    session.release();
  }
});
