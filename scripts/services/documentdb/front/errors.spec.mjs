import { mongoCodeOf, unpackState } from './error-codes.mjs';
import { asCommandError, CommandError, EngineAwayError, isConnectionLoss } from './errors.mjs';

const plain = { inTransaction: false, isRepeatable: false };

describe('error codes', () => {
  it('are unpacked from the integer that the engine puts into a reply', () => {
    expect(unpackState(319029277)).toBe('M001C');
    expect(unpackState(50331677)).toBe('M0003');
    expect(unpackState(1088)).toBe('0A000');
  });

  it.each([
    ['M001C', 11000, 'DuplicateKey'],
    ['23P01', 11000, 'DuplicateKey'],
    ['40001', 112, 'WriteConflict'],
    ['53100', 14031, 'OutOfDiskSpace'],
    ['M0ZZZ', 8, 'UnknownError'],
  ])('%s comes out as %d %s', (state, code, codeName) => {
    expect(mongoCodeOf(state)).toEqual({ code, codeName });
  });
});

describe('asCommandError', () => {
  it('marks a write conflict in a transaction as one to retry as a whole', () => {
    const conflict = Object.assign(new Error('could not serialize'), { code: '40001' });
    expect(asCommandError(conflict, { inTransaction: true, isRepeatable: false }).reply()).toMatchObject({
      ok: 0,
      code: 112,
      codeName: 'WriteConflict',
      errorLabels: ['TransientTransactionError'],
    });
    expect(asCommandError(conflict, plain).labels).toEqual([]);
  });

  it('allows to repeat a numbered write or a commit while the engine is unreachable, but nothing else', () => {
    const away = new EngineAwayError({ mayHaveHappened: true });
    expect(asCommandError(away, { inTransaction: false, isRepeatable: true }).labels).toEqual(['RetryableWriteError']);
    expect(asCommandError(away, { inTransaction: true, isRepeatable: true }).labels).toEqual(['RetryableWriteError']);
    expect(asCommandError(away, { inTransaction: true, isRepeatable: false }).labels).toEqual([
      'TransientTransactionError',
    ]);
    expect(asCommandError(away, plain).reply()).toEqual({
      ok: 0,
      errmsg: away.message,
      code: 11600,
      codeName: 'InterruptedAtShutdown',
    });
  });

  it('distinguishes a statement that was never sent from one that may have been executed', () => {
    expect(asCommandError(new EngineAwayError({ mayHaveHappened: false }), plain).code).toBe(10107);
  });

  it('leaves a refusal of our own as it is', () => {
    const refusal = new CommandError(59, 'CommandNotFound', 'no');
    expect(asCommandError(refusal, plain)).toBe(refusal);
  });
});

describe('isConnectionLoss', () => {
  it('distinguishes a lost server from a refused statement', () => {
    expect(
      ['57P01', '57P03', '08006', 'ECONNREFUSED', 'ENOENT'].map((code) =>
        isConnectionLoss(Object.assign(new Error(), { code })),
      ),
    ).not.toContain(false);
    expect(isConnectionLoss(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isConnectionLoss(Object.assign(new Error('duplicate key'), { code: '23505' }))).toBe(false);
  });
});
