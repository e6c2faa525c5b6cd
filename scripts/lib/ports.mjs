/** Ports of this machine: which are free, and which process has a taken one. */
import { connect, createServer } from 'node:net';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { findOnPath, run } from './run.mjs';

/** @returns {Promise<boolean>} whether something accepts connections there */
export function accepts(port, host = '127.0.0.1', timeoutMs = 500) {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const end = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

function canListen(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL'));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Whether a server could listen there. A listener on another address of the machine counts as taken,
 * because two servers on one port number confuse people.
 */
export async function isFree(port) {
  for (const host of ['127.0.0.1', '0.0.0.0', '::']) if (!(await canListen(port, host))) return false;
  return !(await accepts(port));
}

/**
 * @param {number} preferred
 * @returns {Promise<number>} it, or the next free one
 */
export async function nextFreePort(preferred) {
  for (let port = preferred; port < preferred + 100; port++) if (await isFree(port)) return port;
  throw new Error(`no free port from ${preferred} to ${preferred + 99}`);
}

/**
 * The process that listens on a port, as far as this user may see it.
 * @returns {Promise<{ pid: number, command: string } | null>}
 */
export async function holderOf(port) {
  return process.platform === 'linux' ? holderFromProc(port) : holderFromLsof(port);
}

function holderFromProc(port) {
  const inodes = new Set();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    let lines = [];
    try {
      lines = readFileSync(table, 'utf8').split('\n').slice(1);
    } catch {
      continue; // a machine without IPv6
    }
    for (const line of lines) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === '0A' && local && parseInt(local.slice(local.lastIndexOf(':') + 1), 16) === port)
        inodes.add(`socket:[${inode}]`);
    }
  }
  if (inodes.size === 0) return null;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const found = readdirSync(`/proc/${pid}/fd`).some((fd) => {
        try {
          return inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`));
        } catch {
          return false;
        }
      });
      if (found) return { pid: Number(pid), command: programOf(readFileSync(`/proc/${pid}/cmdline`, 'utf8')) };
    } catch {
      // another user's process, or one that has just ended
    }
  }
  return null;
}

async function holderFromLsof(port) {
  if (!findOnPath('lsof')) return null;
  const { output } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], { timeoutMs: 3_000 });
  const pid = /^p(\d+)$/m.exec(output)?.[1];
  return pid ? { pid: Number(pid), command: /^c(.+)$/m.exec(output)?.[1] ?? '' } : null;
}

/** The program and its first argument only, because the rest of a command line may hold secrets. */
const programOf = (cmdline) => cmdline.split('\0').filter(Boolean).slice(0, 2).join(' ');
