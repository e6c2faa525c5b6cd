import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownIdentity } from '../services/process.mjs';
import { holderOfLock, takeLock } from './lock.mjs';

let dir;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'lock-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('the second taker learns who holds it and the address', () => {
  const lock = takeLock(dir);
  lock.tell({ address: 'http://localhost:3000' });
  expect(takeLock(dir)).toMatchObject({ heldBy: { pid: process.pid, address: 'http://localhost:3000' } });
  lock.release();
  expect(holderOfLock(dir)).toBeNull();
  expect(takeLock(dir)).toHaveProperty('release');
});

test('a lock whose pid now belongs to another process is stale', () => {
  writeFileSync(
    join(dir, 'launcher.lock'),
    JSON.stringify({ pid: process.pid, startedAt: 'long ago', since: new Date().toISOString() }),
  );
  expect(takeLock(dir)).toHaveProperty('release');
  expect(holderOfLock(dir)).toMatchObject(ownIdentity());
  expect(readdirSync(dir)).toEqual(['launcher.lock']);
});

test('a lock file that was cut off is stale', () => {
  writeFileSync(join(dir, 'launcher.lock'), '{"pid":');
  expect(takeLock(dir)).toHaveProperty('release');
});

test('of many that find a stale lock at once, one takes it', async () => {
  const program = `
    import { takeLock } from ${JSON.stringify(new URL('./lock.mjs', import.meta.url).href)};
    const lock = takeLock(${JSON.stringify(dir)});
    process.stdout.write('heldBy' in lock ? 'refused' : 'taken');
    process.stdin.resume().on('end', () => process.exit());`;
  writeFileSync(join(dir, 'launcher.lock'), JSON.stringify({ pid: 1, startedAt: 'long ago' }));
  const takers = Array.from({ length: 8 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  try {
    const answers = await Promise.all(
      takers.map((taker) => new Promise((resolve) => taker.stdout.setEncoding('utf8').once('data', resolve))),
    );
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(1);
  } finally {
    await Promise.all(takers.map((taker) => new Promise((resolve) => taker.once('close', resolve).stdin.end())));
  }
}, 30_000);
