import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { symlinkSync } from 'node:fs';
import { ensureBuilt, inputsHash, isBuilt } from './build.mjs';
import { recordedOutput } from './output.mjs';
import { ROOT } from './paths.mjs';

let root;
const write = (path, text) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-'));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  write('src/main.ts', 'export const answer: number = 42;\n');
  write(
    'tsconfig.build.json',
    JSON.stringify({
      compilerOptions: { rootDir: '.', outDir: 'dist', types: [], skipLibCheck: true },
      include: ['src'],
    }),
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('it builds once, and again only when a source has changed', async () => {
  const output = recordedOutput();
  expect(await ensureBuilt({ root, output })).toBe(true);
  expect(existsSync(join(root, 'dist/src/main.js'))).toBe(true);
  expect(await ensureBuilt({ root, output })).toBe(false);
  write('src/main.ts', 'export const answer: number = 43;\n');
  expect(await ensureBuilt({ root, output })).toBe(true);
}, 60_000);

test('it shows sources that do not compile and never counts them as built', async () => {
  write('src/main.ts', "export const answer: number = 'forty-two';\n");
  await expect(ensureBuilt({ root, output: recordedOutput() })).rejects.toThrow(
    /do not compile[^]*src\/main\.ts\(1,14\)/,
  );
  expect(isBuilt(root)).toBe(false);
}, 60_000);

test('it ignores a test, a moved file and a touched file: only the inputs of the build count', () => {
  const before = inputsHash(root);
  write('src/main.spec.ts', 'test');
  write('src/main.ts', 'export const answer: number = 42;\n');
  expect(inputsHash(root)).toBe(before);
  write('src/other.ts', '');
  expect(inputsHash(root)).not.toBe(before);
});
