import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from './testing/eventually.mjs';
import { describeWithDatabase, cacheDir } from './testing/database.mjs';
import { inRoot } from './chroot.mjs';
import { NoNetworkError } from './install-errors.mjs';
import { ensureInstalled } from './install.mjs';
import { withLock } from './install-lock.mjs';
import { removeTree } from './remove-tree.mjs';
import { outputOf } from './run.mjs';

/** @type {string} */
let folder;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'install-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const silent = () => undefined;

describe('withLock', () => {
  it('admits one after the other, and notifies those that wait', async () => {
    const lockFile = join(folder, 'lock');
    const order = /** @type {string[]} */ ([]);
    /** @type {() => void} */
    let release = silent;
    const held = new Promise((resolve) => (release = () => resolve(undefined)));
    /** @type {() => void} */
    let hasWaited = silent;
    const waited = new Promise((resolve) => (hasWaited = () => resolve(undefined)));

    const first = withLock(lockFile, async () => (await held, order.push('first')), silent);
    await eventually(async () => !(await outputOf('flock', ['--nonblock', lockFile, 'echo', 'free'])));
    const second = withLock(lockFile, async () => order.push('second'), hasWaited);
    await waited;
    release();
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
  });

  it('is open again when its holder is killed', async () => {
    const lockFile = join(folder, 'lock');
    const module = fileURLToPath(new URL('./install-lock.mjs', import.meta.url));
    const script = `const { withLock } = await import(${JSON.stringify(module)}); await withLock(${JSON.stringify(lockFile)}, () => { console.log('held'); return new Promise(() => setInterval(() => {}, 1000)); }, () => {});`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    await once(holder.stdout, 'data');
    holder.kill('SIGKILL');
    expect(await withLock(lockFile, async () => 'in', silent)).toBe('in');
  });

  it('is open again when the work fails', async () => {
    const lockFile = join(folder, 'lock');
    await expect(withLock(lockFile, () => Promise.reject(new Error('no')), silent)).rejects.toThrow('no');
    expect(await withLock(lockFile, async () => 'in', silent)).toBe('in');
  });
});

describeWithDatabase('ensureInstalled', () => {
  it('returns at once, for many callers, when the engine is installed', async () => {
    const { root } = await ensureInstalled({ cacheDir, say: silent });
    const said = /** @type {string[]} */ ([]);
    const again = await Promise.all(
      Array.from({ length: 3 }, () => ensureInstalled({ cacheDir, say: (line) => said.push(line) })),
    );
    expect(again).toEqual([{ root }, { root }, { root }]);
    expect(said).toEqual([]);
  }, 600_000);

  it('leaves nothing mounted and nothing half-made', async () => {
    await ensureInstalled({ cacheDir, say: silent });
    expect(await outputOf('grep', [join(cacheDir, 'documentdb'), '/proc/mounts'])).toBe('');
  });

  it('removes the remains of a killed installation, and says so when no mirror answers', async () => {
    const home = join(folder, 'documentdb');
    await mkdir(join(home, 'building-1'), { recursive: true });
    await mkdir(join(home, 'root-1/etc'), { recursive: true }); // no marker: not complete
    const apt = join(folder, 'apt.conf');
    await writeFile(apt, `Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "/dev/null";\n`);
    const { APT_CONFIG, DEBIAN_MIRROR } = process.env;
    Object.assign(process.env, { APT_CONFIG: apt, DEBIAN_MIRROR: 'http://127.0.0.1:9/debian' });
    try {
      await expect(ensureInstalled({ cacheDir: folder, say: silent })).rejects.toBeInstanceOf(NoNetworkError);
    } finally {
      for (const [name, value] of Object.entries({ APT_CONFIG, DEBIAN_MIRROR })) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
    expect((await readdir(home)).filter((name) => /^(building|root)-/.test(name))).toEqual([]);
  }, 60_000);
});

describeWithDatabase('a program in the Debian folder', () => {
  it('sees a small separate /dev, and the host does not see it', async () => {
    const { root } = await ensureInstalled({ cacheDir, say: silent });
    const { command, args } = inRoot({
      root,
      user: 'postgres:postgres',
      program: ['sh', '-c', 'id -un; ls /dev | tr "\\n" " "; echo x > /dev/null && cat /proc/self/comm'],
    });
    expect((await outputOf(command, args)).split('\n')).toEqual([
      'postgres',
      'fd full null random shm tty urandom zero cat',
    ]);
    expect(await outputOf('grep', [root, '/proc/mounts'])).toBe('');
  });
});

describe('removeTree', () => {
  it('refuses to touch a folder with something mounted below', async () => {
    await expect(removeTree('/proc')).rejects.toThrow('something is mounted');
    await access('/proc/self');
  });

  it('removes a folder, and accepts that there is none', async () => {
    await mkdir(join(folder, 'a/b'), { recursive: true });
    await removeTree(join(folder, 'a'));
    await removeTree(join(folder, 'a'));
    expect(await readdir(folder)).toEqual([]);
  });
});
