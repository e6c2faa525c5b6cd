import { errorText } from './error-text.js';
import { withDeadline } from './deadline.js';

const never = () => new Promise<string>(() => undefined);

describe('withDeadline', () => {
  it('returns the result of work that ends in time', async () => {
    await expect(withDeadline(Promise.resolve('done'), 1_000, () => 'late')).resolves.toBe('done');
  });

  it('fails when the work fails in time', async () => {
    const refused = Promise.reject(new Error('refused'));
    await expect(withDeadline(refused, 1_000, () => 'late')).rejects.toThrow('refused');
  });

  it('returns the result of onLate when the work takes longer', async () => {
    await expect(withDeadline(never(), 5, () => null)).resolves.toBeNull();
  });

  it('fails with the error that onLate throws', async () => {
    const late = () => {
      throw new Error('too late');
    };
    await expect(withDeadline(never(), 5, late)).rejects.toThrow('too late');
  });
});

describe('errorText', () => {
  it('is the message of an error, and the given text for any other value', () => {
    expect(errorText(new Error('no route'))).toBe('no route');
    expect(errorText('no route')).toBe('unknown error');
    expect(errorText(undefined, 'no answer')).toBe('no answer');
  });
});
