import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkDisk, checkNode } from './preflight.mjs';

test.each(['20.19.0', '20.20.2', '22.0.0', '24.9.0'])('Node %s is new enough', (version) => {
  expect(() => checkNode(version)).not.toThrow();
});

test.each(['18.20.4', '20.18.3'])('Node %s is refused by name', (version) => {
  expect(() => checkNode(version)).toThrow(`this is Node ${version}`);
});

test('a full disk is reported before anything is written', () => {
  const dir = mkdtempSync(join(tmpdir(), 'disk-'));
  try {
    expect(() => checkDisk([dir])).not.toThrow();
    expect(() => checkDisk([dir], Number.MAX_SAFE_INTEGER)).toThrow(/disk is nearly full.*Nothing was started/);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
