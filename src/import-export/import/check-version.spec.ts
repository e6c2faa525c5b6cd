import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type StockState } from '../../commands/entry-masters.service.js';
import { type StockEntry } from '../../stock/schemas.js';
import { checkVersion, isVersioned, type VersionedLine } from './check-version.js';

const standing = (quantity: number, reserved = 0, master = 'ledger'): StockState => ({
  entry: { quantity, reserved, available: quantity - reserved, master } as StockEntry,
  master,
});
const line = (quantity: number, version = 3): VersionedLine => ({
  line: 2,
  sku: 'A',
  warehouse: 'main',
  mode: 'absolute',
  quantity,
  version,
});
const refuse = {};
const asDifference = { asDifference: true } as const;
const codeOf = (problems: ReturnType<typeof checkVersion>['problems']) =>
  problems?.map((problem) => ('message' in problem ? problem.message : problem.expected));

describe('a line with the version of an export', () => {
  it('is refused with both numbers when units were sold since: 40, sold to 38, imported as 40', () => {
    const checked = checkVersion(line(40), standing(38), { base: 40, now: 38 }, refuse);
    expect(checked).toMatchObject({ outcome: 'refused', before: 38 });
    expect(codeOf(checked.problems)).toEqual([{ code: 'imports.moved', params: { quantity: 40, base: 40, now: 38 } }]);
  });

  it('changes nothing as a difference when the file was not edited', () => {
    const checked = checkVersion(line(40), standing(38), { base: 40, now: 38 }, asDifference);
    expect(checked).toMatchObject({ outcome: 'unchanged', before: 38, after: 38 });
  });

  it('is applied as the difference that was meant: 45 instead of 40 makes 43 of 38', () => {
    const checked = checkVersion(line(45), standing(38), { base: 40, now: 38 }, asDifference);
    expect(checked).toMatchObject({ outcome: 'changed', base: 40, before: 38, after: 43 });
  });

  it('takes no more than is available as a difference', () => {
    const checked = checkVersion(line(1), standing(38, 3), { base: 40, now: 38 }, asDifference);
    expect(checked.outcome).toBe('refused');
    expect(codeOf(checked.problems)).toEqual([{ code: 'imports.too_much', params: { available: 35, units: 39 } }]);
  });

  it('is applied for that quantity alone when nothing has changed it', () => {
    expect(checkVersion(line(45), standing(40, 9), { base: 40, now: undefined }, refuse)).toMatchObject({
      outcome: 'changed',
      base: 40,
      after: 45,
    });
  });

  it('is refused when the entry has no such version, and left to an ERP that decides', () => {
    const unknown = checkVersion(line(45, 99), standing(40), { base: undefined, now: undefined }, refuse);
    expect(codeOf(unknown.problems)).toEqual([{ code: 'imports.version_unknown', params: { version: 99 } }]);
    const erp = checkVersion(line(45), standing(40, 0, 'odoo'), { base: 40, now: undefined }, asDifference);
    expect(erp.outcome).toBe('refused');
  });

  it('counts for absolute lines alone', () => {
    expect([isVersioned(line(1)), isVersioned({ ...line(1), mode: 'delta' })]).toEqual([true, false]);
  });

  it('never undoes what was sold or counted since', () => {
    const numbers = fc.record({
      base: fc.nat(50),
      now: fc.option(fc.nat(50), { nil: undefined }),
      file: fc.nat(50),
      reserved: fc.nat(60),
      difference: fc.boolean(),
    });
    fc.assert(
      fc.property(numbers, ({ base, now, file, reserved, difference }) => {
        const present = now ?? base;
        const options = difference ? asDifference : refuse;
        const { outcome, after } = checkVersion(line(file), standing(present, reserved), { base, now }, options);
        if (outcome === 'refused') expect(now !== undefined || difference).toBe(true);
        else expect(after).toBe(difference ? present + file - base : file);
        if (outcome === 'changed' && !difference) expect(now).toBeUndefined();
      }),
    );
  });
});
