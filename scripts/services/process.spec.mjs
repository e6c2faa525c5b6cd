import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textSince } from '../lib/log-tail.mjs';
import { until } from '../spec/project.mjs';
import { isAlive, onSpawn, spawnOwned, spawnWatched, stopOwned } from './process.mjs';

let dir;
const started = [];
const node = (program, more = {}) => ({
  name: 'program',
  command: process.execPath,
  args: ['-e', program],
  logFile: join(dir, 'log'),
  ...more,
});
const start = async (...args) => {
  const owned = await spawnOwned(node(...args));
  started.push(owned);
  return owned;
};
const FOR_EVER = 'setInterval(() => {}, 1000); console.log("up")';

beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'process-'))));
afterEach(async () => {
  for (const owned of started.splice(0)) await stopOwned(owned, { signal: 'SIGKILL' });
  rmSync(dir, { recursive: true, force: true });
});

test('a reused pid is never signalled', async () => {
  const stranger = await start(FOR_EVER);
  await stopOwned({ ...stranger, startedAt: '1' }, { graceMs: 0 });
  expect(isAlive(stranger)).toBe(true);
});

test('it stops with the signal the program asks for', async () => {
  const owned = await start(
    `process.on('SIGINT', () => { console.log('interrupted'); process.exit(); }); ${FOR_EVER}`,
    {
      stopSignal: 'SIGINT',
    },
  );
  await until(() => textSince(owned.logFile, 0).includes('up'));
  await stopOwned(owned);
  expect(isAlive(owned)).toBe(false);
  expect(textSince(owned.logFile, 0)).toContain('interrupted');
});

test('a program that ignores its signal is killed after the time limit', async () => {
  const owned = await start(`process.on('SIGTERM', () => {}); ${FOR_EVER}`);
  await until(() => textSince(owned.logFile, 0).includes('up'));
  await stopOwned(owned, { graceMs: 100 });
  expect(isAlive(owned)).toBe(false);
});

test('a hurry ends a long wait early', async () => {
  const owned = await start(`process.on('SIGTERM', () => {}); ${FOR_EVER}`);
  await until(() => textSince(owned.logFile, 0).includes('up'));
  await stopOwned(owned, { graceMs: 3_600_000, hurry: AbortSignal.abort() });
  expect(isAlive(owned)).toBe(false);
}, 20_000);

test('every start is reported at once, and its end with its exit code', async () => {
  const seen = [];
  const unobserve = onSpawn((owned) => seen.push(owned));
  const { owned, exited } = await spawnWatched(node('process.exit(7)'));
  unobserve();
  expect(seen).toEqual([owned]);
  expect(await exited).toEqual({ code: 7, signal: null });
  expect(isAlive(owned)).toBe(false);
});

test('a missing program is an error, not a process', async () => {
  await expect(
    spawnOwned({ name: 'nothing', command: join(dir, 'nothing'), logFile: join(dir, 'log') }),
  ).rejects.toThrow('ENOENT');
});
