import { withoutSecrets } from './without-secrets.js';

describe('the answer of a connection test', () => {
  it('contains no secret, in whatever form a platform quoted it', () => {
    const found = {
      what: 'checks.what.api_key' as const,
      code: 'falabella.refused',
      params: { reason: 'no key s3cret/key! here, nor s3cret%2Fkey!', status: 3 },
    };
    const told = withoutSecrets({ ok: false, account: 'shop of s3cret/key!', findings: [found] }, [
      's3cret/key!',
      's3cret/key!longer',
    ]);
    expect(JSON.stringify(told)).not.toContain('s3cret');
    expect(told).toMatchObject({
      ok: false,
      account: 'shop of ***',
      findings: [{ ...found, params: { reason: 'no key *** here, nor ***', status: 3 } }],
    });
  });

  it('is unchanged otherwise', () => {
    const check = {
      ok: true,
      account: null,
      findings: [{ what: 'checks.what.webhooks' as const, code: 'odoo.no_webhooks', warning: true as const }],
    };
    expect(withoutSecrets(check, ['a secret'])).toEqual(check);
  });
});
