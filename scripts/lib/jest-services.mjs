/**
 * Set-up and tear-down of a bare `npx jest FILE` for tests that need Redis, a database and the built
 * program. `npm test` starts these itself and sets TEST_RUN; then nothing happens here.
 */
import { ensureBuilt } from './build.mjs';
import { BUNDLE, ensureBundled } from './bundle.mjs';
import { onInterrupt } from './interrupt.mjs';
import { createOutput } from './output.mjs';
import { ROOT } from './paths.mjs';
import { testEnvironment } from './test-environment.mjs';
import { openTestSession, servicesFor } from './test-services.mjs';

/** Jest runs the set-up of every project in this process, and all of them share the services. */
let running;

export default async function setUp(_globalConfig, { displayName }) {
  if (process.env.TEST_RUN || running) return;
  const environment = testEnvironment([displayName?.name ?? '']);
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  const output = createOutput();
  const { session, number } = openTestSession();
  const interrupt = onInterrupt(() => void stop().then(() => process.exit(130)));
  const stop = async () => {
    running = undefined;
    await session.stopAll({ hurry: interrupt.hurry });
    session.release();
    interrupt.unlisten();
  };
  running = stop;
  try {
    await ensureBuilt({ root: ROOT, output });
    await ensureBundled({ root: ROOT, output });
    Object.assign(process.env, environment, await servicesFor(session, output), { TEST_PROGRAM: BUNDLE });
    Object.assign(process.env, { TEST_NUMBER: String(number) });
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Stops what `setUp` has started. */
export async function tearDown() {
  await running?.();
}
