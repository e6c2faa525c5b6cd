import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordedOutput } from './output.mjs';
import { ensurePackages, packagesState } from './packages.mjs';
import { ROOT } from './paths.mjs';

let root;
const write = (path, content) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), JSON.stringify(content));
};
const lock = (version) => ({
  name: 'x',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: {
    '': { name: 'x', version: '1.0.0', dependencies: { a: version } },
    'node_modules/a': { version },
    'node_modules/only-elsewhere': { version: '1.0.0', optional: true },
  },
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'packages-'));
  write('package-lock.json', lock('1.0.0'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('without node_modules the packages are missing', () => {
  expect(packagesState(root)).toBe('missing');
});

test('packages that were installed by hand as locked are current, and stay so', () => {
  write('node_modules/.package-lock.json', { packages: { 'node_modules/a': { version: '1.0.0' } } });
  expect(packagesState(root)).toBe('current');
  expect(packagesState(root)).toBe('current');
});

test('a lock file that has changed since makes them stale', () => {
  write('node_modules/.package-lock.json', { packages: { 'node_modules/a': { version: '1.0.0' } } });
  expect(packagesState(root)).toBe('current');
  write('package-lock.json', lock('1.1.0'));
  expect(packagesState(root)).toBe('stale');
});

test('an installation that was cut off is stale', () => {
  mkdirSync(join(root, 'node_modules'));
  expect(packagesState(root)).toBe('stale');
});

test('an installation without the tools for building is stale', () => {
  write('node_modules/.package-lock.json', { packages: {} });
  expect(packagesState(root)).toBe('stale');
});

test('npm installs what is missing without a registry, and the next check finds it current', async () => {
  write('package.json', { name: 'x', version: '1.0.0' });
  write('package-lock.json', {
    name: 'x',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name: 'x', version: '1.0.0' } },
  });
  const away = { ...process.env, npm_config_registry: 'http://127.0.0.1:9/' };
  await ensurePackages({ root, output: recordedOutput(), logDir: root, env: away });
  expect(packagesState(root)).toBe('current');
}, 60_000);

test("a failed installation shows npm's output and leaves the packages to be installed again", async () => {
  write('package.json', { name: 'x', version: '1.0.0', dependencies: { a: '1.0.0' } });
  const away = {
    ...process.env,
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_cache: join(root, 'cache'),
    npm_config_fetch_retries: '0',
  };
  await expect(ensurePackages({ root, output: recordedOutput(), logDir: root, env: away })).rejects.toThrow(
    /npm ci failed[^]*127\.0\.0\.1/,
  );
  expect(packagesState(root)).not.toBe('current');
}, 60_000);

describe('the packages of this project', () => {
  const read = (file) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
  const locked = Object.entries(read('package-lock.json').packages).filter(([path]) => path !== '');
  const paths = (is) => locked.filter(([, entry]) => is(entry)).map(([path]) => path.replace(/.*node_modules\//, ''));

  test('have a checksum each, and no address of a registry', () => {
    expect(locked.length).toBeGreaterThan(100);
    expect(paths(({ integrity, link }) => !integrity && !link)).toEqual([]);
    expect(paths(({ resolved, link }) => resolved && !link)).toEqual([]);
  });

  test('run no other scripts at their installation than these, and @scarf/scarf reports none', () => {
    const known = ['@parcel/watcher', '@scarf/scarf', '@swc/core', 'esbuild', 'msgpackr-extract'];
    expect(paths(({ hasInstallScript }) => hasInstallScript)).toEqual(known);
    // Its script looks for this in the package that is being installed.
    expect(read('package.json').scarfSettings).toEqual({ enabled: false });
  });
});
