/** Redis and MongoDB from the checkout's docker-compose.yml, in a separate compose project on separate ports. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { findOnPath, lastLines, run } from '../lib/run.mjs';

const ENGINE_ANSWERS_WITHIN_MS = 3_000;
/** The first time, the images must be downloaded. */
const UP_WITHIN_MS = 300_000;

const ROOT_USER = 'root';
const ROOT_PASSWORD = 'development-only';

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ ok: true } | { ok: false, reason: string }>}
 */
export async function canUseDocker(env = process.env) {
  if (!findOnPath('docker', env)) return { ok: false, reason: 'there is no docker command' };
  const engine = await run('docker', ['info', '--format', '{{.ServerVersion}}'], {
    env,
    timeoutMs: ENGINE_ANSWERS_WITHIN_MS,
  });
  if (engine.timedOut) return { ok: false, reason: 'the Docker engine does not answer' };
  if (engine.code !== 0) return { ok: false, reason: 'no Docker engine is running' };
  const plugin = await run('docker', ['compose', 'version'], { env, timeoutMs: ENGINE_ANSWERS_WITHIN_MS });
  return plugin.code === 0 ? { ok: true } : { ok: false, reason: 'docker has no compose plugin' };
}

/**
 * @param {'redis' | 'mongo'} service  its name in docker-compose.yml
 * @param {{ root: string, setName: string, databaseName: string, port: number, logDir: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ url: string }>} once its health check passes
 */
export async function startInDocker(service, { root, setName, databaseName, port, logDir, env: given = process.env }) {
  const env = {
    ...given,
    REDIS_PUBLISHED_PORT: String(port),
    MONGO_PUBLISHED_PORT: String(port),
    MONGO_ROOT_USERNAME: ROOT_USER,
    MONGO_ROOT_PASSWORD: ROOT_PASSWORD,
    MONGO_REPLICA_SET: 'npm-start',
  };
  const { code, timedOut, output } = await compose(root, setName, ['up', '--detach', '--wait', service], {
    env,
    timeoutMs: UP_WITHIN_MS,
    logFile: join(logDir, 'docker.log'),
  });
  if (code !== 0) await stopInDocker(service, { root, setName });
  if (code !== 0)
    throw new Error(`docker compose up ${timedOut ? 'took too long' : 'failed'}: ${lastLines(output, 2)}`);
  if (service === 'redis') return { url: `redis://127.0.0.1:${port}` };
  // The set's only member uses its name inside Docker, so the driver must not look for others.
  return {
    url: `mongodb://${ROOT_USER}:${ROOT_PASSWORD}@127.0.0.1:${port}/${databaseName}?authSource=admin&directConnection=true`,
  };
}

/** Stops the container, even when it is half started; its volume stays. */
export async function stopInDocker(service, { root, setName }) {
  await compose(root, setName, ['stop', service], { timeoutMs: 60_000, whileStopping: true });
}

/** Removes the containers and their volumes. */
export async function resetDocker({ root, setName }) {
  await compose(root, setName, ['down', '--volumes'], { timeoutMs: 60_000 });
}

/** A separate project for each checkout, so that two clones never share a volume. */
export function projectName(root, setName) {
  return `stock-orchestrator-${setName}-${createHash('sha256').update(root).digest('hex').slice(0, 8)}`;
}

const compose = (root, setName, args, options) =>
  run('docker', ['compose', '--project-name', projectName(root, setName), '--env-file', '/dev/null', ...args], {
    cwd: root,
    ...options,
  });
