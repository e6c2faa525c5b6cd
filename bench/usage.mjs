/** What processes have used: CPU from /proc (Linux), database commands of programs that count them, Redis commands. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const MS_PER_TICK = 10;

/** CPU of a process and of its children, those that ended included, in milliseconds. @param {number} pid */
export function cpuMs(pid) {
  const stat = statOf(pid);
  if (!stat) return 0;
  const own = stat.ticks * MS_PER_TICK;
  return own + childrenOf(pid).reduce((sum, child) => sum + cpuMs(child), 0);
}

function statOf(pid) {
  try {
    // The name stands in parentheses and may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    const [utime, stime, cutime, cstime] = fields.slice(11, 15).map(Number);
    return { parent: Number(fields[1]), ticks: utime + stime + cutime + cstime };
  } catch {
    return null;
  }
}

function childrenOf(parent) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statOf(pid)?.parent === parent);
}

/** Asks programs that were started with `count-commands.mjs` for their counts. */
export class CommandCounts {
  dir = mkdtempSync(join(tmpdir(), 'counts-'));

  /** @param {readonly number[]} pids @returns {Promise<Record<string, { commands: number, statements: number, ms: number }>>} the sum over all */
  async read(pids) {
    const sum = {};
    for (const pid of pids) {
      const file = join(this.dir, `${pid}.json`);
      rmSync(file, { force: true });
      process.kill(pid, 'SIGUSR2');
      while (!existsSync(file)) await pause(5);
      for (const [name, { commands, statements, ms }] of Object.entries(JSON.parse(readFileSync(file, 'utf8')))) {
        const one = (sum[name] ??= { commands: 0, statements: 0, ms: 0 });
        one.commands += commands;
        one.statements += statements;
        one.ms += ms;
      }
    }
    return sum;
  }

  close() {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** How many commands a Redis has executed, those of scripts included. @param {import('ioredis').Redis} redis */
export async function redisCommands(redis) {
  const stats = await redis.info('commandstats');
  return [...stats.matchAll(/^cmdstat_(?!info)[^:]+:calls=(\d+)/gm)].reduce((sum, [, calls]) => sum + Number(calls), 0);
}
