/**
 * A real mongod from its vendor, by mongodb-memory-server-core, kept in the cache folder. If the vendor's
 * host cannot be reached, this fails quickly and remembers it for a day, so that the next start does not
 * wait again.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines, run } from '../lib/run.mjs';
import { distribution } from './apt-redis.mjs';

/** A download without progress for this long is aborted. */
const STALLED_AFTER_MS = 20_000;
const DOWNLOAD_WITHIN_MS = 300_000;
const REFUSAL_HOLDS_MS = 24 * 3_600_000;
const FETCHER = fileURLToPath(new URL('./fetch-mongod.mjs', import.meta.url));

/** @returns {{ ok: true } | { ok: false, reason: string }} */
export function canDownloadMongod(cacheDir, now = Date.now()) {
  const { id, version } = distribution();
  if (id === 'alpine') return { ok: false, reason: 'there is no MongoDB for Alpine' };
  if (id === 'debian' && version && Number(version) < 12)
    return { ok: false, reason: `there is no MongoDB 7 or newer for Debian ${version}` };
  const refused = readRefusal(cacheDir);
  if (refused && now - refused.at < REFUSAL_HOLDS_MS)
    return {
      ok: false,
      reason: `${refused.reason} (tried in the last 24 hours; \`npm run services -- reset\` forgets that)`,
    };
  return { ok: true };
}

/** @returns {string | null} the mongod of an earlier download */
export function cachedMongod(cacheDir) {
  const dir = folder(cacheDir);
  if (!existsSync(dir)) return null;
  // The checksum file is written last, so its presence means a complete download.
  const sum = readdirSync(dir).find((name) => name.startsWith('mongod') && name.endsWith('.md5'));
  const binary = sum && join(dir, sum.slice(0, -'.md5'.length));
  return binary && existsSync(binary) ? binary : null;
}

/**
 * @param {{ cacheDir: string, logDir: string }} options
 * @returns {Promise<string>} the path of the mongod
 */
export async function downloadMongod({ cacheDir, logDir, stalledAfterMs = STALLED_AFTER_MS }) {
  const dir = folder(cacheDir);
  mkdirSync(dir, { recursive: true });
  // Without this setting the package downloads a program without checking the server's certificate.
  const env = { ...process.env, npm_config_strict_ssl: 'true' };
  const stop = new AbortController();
  const fetching = run(process.execPath, [FETCHER, dir], {
    env,
    timeoutMs: DOWNLOAD_WITHIN_MS,
    signal: stop.signal,
    logFile: join(logDir, 'mongod-download.log'),
  });
  const ended = await Promise.race([fetching, stalled(dir, fetching, stalledAfterMs)]);
  if (ended === 'stalled') stop.abort();
  const { code, output } = await fetching;
  if (code === 0) return lastLines(output, 1);
  const reason =
    ended === 'stalled'
      ? `nothing arrived for ${stalledAfterMs / 1000} s`
      : `the download was refused: ${lastLines(output, 1)}`;
  writeFileSync(refusalFile(cacheDir), JSON.stringify({ at: Date.now(), reason }));
  throw new Error(reason);
}

/** Makes the next start try the download again. */
export function forgetRefusal(cacheDir) {
  rmSync(refusalFile(cacheDir), { force: true });
}

async function stalled(dir, fetching, stalledAfterMs) {
  let over = false;
  void fetching.finally(() => (over = true)).catch(() => {});
  let size = -1;
  let changedAt = Date.now();
  while (!over) {
    const now = sizeOf(dir);
    if (now !== size) [size, changedAt] = [now, Date.now()];
    if (Date.now() - changedAt > stalledAfterMs) return 'stalled';
    await sleep(250);
  }
  return 'over';
}

function sizeOf(dir) {
  let total = 0;
  for (const name of readdirSync(dir)) total += statSync(join(dir, name), { throwIfNoEntry: false })?.size ?? 0;
  return total;
}

const folder = (cacheDir) => join(cacheDir, 'mongod');
const refusalFile = (cacheDir) => join(folder(cacheDir), 'refused.json');

function readRefusal(cacheDir) {
  try {
    return JSON.parse(readFileSync(refusalFile(cacheDir), 'utf8'));
  } catch {
    return null;
  }
}
