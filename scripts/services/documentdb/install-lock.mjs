/**
 * One installer at a time, across all clones of the same user. The kernel holds the lock (flock) and
 * releases it when its holder ends, in whatever way.
 */
import { spawn } from 'node:child_process';

/**
 * @template T
 * @param {string} lockFile
 * @param {() => Promise<T>} work
 * @param {() => void} onWait  called once when another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(lockFile, work, onWait) {
  // cat ends when our end of its input closes, which the kernel does for us even after a SIGKILL
  const holder = spawn('flock', ['--exclusive', lockFile, 'sh', '-c', 'echo held; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const waiting = setTimeout(onWait, 1000);
  try {
    await new Promise((resolve, reject) => {
      holder.once('error', reject);
      holder.once('exit', () => reject(new Error(`cannot lock ${lockFile}`)));
      holder.stdout.once('data', resolve);
    });
    clearTimeout(waiting);
    return await work();
  } finally {
    clearTimeout(waiting);
    holder.stdin.end();
  }
}
