import { withoutSecrets } from './without-secrets.js';

describe('the answer of a connection test', () => {
  it('contains no secret, in whatever form a platform quoted it', () => {
    const found = { what: 'API key', problem: 'no key s3cret/key! here, nor s3cret%2Fkey!', remedy: 'not s3cret/key!' };
    const told = withoutSecrets({ ok: false, account: 'shop of s3cret/key!', findings: [found] }, [
      's3cret/key!',
      's3cret/key!longer',
    ]);
    expect(JSON.stringify(told)).not.toContain('s3cret');
    expect(told).toMatchObject({
      ok: false,
      account: 'shop of ***',
      findings: [{ what: 'API key', problem: 'no key *** here, nor ***' }],
    });
  });

  it('is unchanged otherwise', () => {
    const check = {
      ok: true,
      account: null,
      findings: [{ what: 'Webhooks', problem: 'none', remedy: 'set one', warning: true as const }],
    };
    expect(withoutSecrets(check, ['a secret'])).toEqual(check);
  });
});
