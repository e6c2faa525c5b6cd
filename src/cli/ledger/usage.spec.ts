import { describe, expect, it } from '@jest/globals';
import { parseArguments, UsageError } from './usage.js';

describe('the arguments of npm run ledger', () => {
  it('are one of the commands, and a SKU for explain', () => {
    expect(parseArguments(['verify'])).toEqual({ command: 'verify' });
    expect(parseArguments(['rebuild'])).toEqual({ command: 'rebuild' });
    expect(parseArguments(['explain', 'PROD-001'])).toEqual({ command: 'explain', sku: 'PROD-001' });
  });

  it.each([[[]], [['explain']], [['explain', '']], [['explain', 'A', 'B']], [['verify', 'A']], [['repair']]])(
    'are not %j',
    (args) => {
      expect(() => parseArguments(args)).toThrow(UsageError);
    },
  );
});
