import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FileTraits } from './file-traits.js';
import { type ImportLine } from './import.types.js';

describe('the traits of a file', () => {
  it('are those of its lines, in any order', () => {
    const line = fc.record(
      {
        line: fc.nat(),
        mode: fc.constantFrom<ImportLine['mode'][]>('absolute', 'delta', undefined),
        version: fc.option(fc.nat(), { nil: undefined }),
      },
      { requiredKeys: ['line'] },
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const traits = new FileTraits();
        for (const one of lines) traits.note(one);
        expect(traits.hasDeltas).toBe(lines.some(({ mode }) => mode === 'delta'));
        expect(traits.isUnversioned).toBe(
          lines.some(({ mode }) => mode === 'absolute') && lines.every(({ version }) => version === undefined),
        );
      }),
    );
  });
});
