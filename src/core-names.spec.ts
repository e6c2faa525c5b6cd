import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SRC = new URL('.', import.meta.url).pathname;
const CONNECTORS = readdirSync(join(SRC, 'connectors')).filter((name) =>
  statSync(join(SRC, 'connectors', name)).isDirectory(),
);

/** The name in a text, in an identifier and in a constant, and not within a longer word. */
function spellings(name: string): readonly string[] {
  const capitalized = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return [`(?<![A-Za-z])${name}(?![a-z])`, `${capitalized}(?![a-z])`, `(?<![A-Z])${name.toUpperCase()}(?![A-Z])`];
}

/** What a connector needs of the core is a member of its manifest or of the contract, so that the next one needs no change here. */
describe('the core', () => {
  const core = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.(ts|json)$/.test(file) && !file.endsWith('.spec.ts') && !file.startsWith('connectors/'),
  );

  it('is read at all', () => {
    expect(core.length).toBeGreaterThan(300);
    expect(CONNECTORS).toContain('falabella');
  });

  it('names no platform', () => {
    const names = new RegExp(CONNECTORS.flatMap(spellings).join('|'));
    const found = core.flatMap((file) => {
      const lines = readFileSync(join(SRC, file), 'utf8').split('\n');
      return lines.flatMap((line, at) => (names.test(line) ? [`${file}:${at + 1} ${line.trim()}`] : []));
    });
    expect(found).toEqual([]);
  });
});
