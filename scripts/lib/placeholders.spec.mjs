import { CREDENTIALS, credentialsGiven, credentialsOf, isPlaceholder } from './placeholders.mjs';

test.each([undefined, '', '  ', 'changeme', 'CHANGEME', 'your_webhook_secret', 'your_api_key', 'Your_Password'])(
  '%p counts as not given',
  (value) => {
    expect(isPlaceholder(value)).toBe(true);
  },
);

test.each(['s3cret', 'your_key_1', 'my_webhook_secret', 'your', 'changeme2', 'not your_key'])(
  '%p counts as given',
  (value) => {
    expect(isPlaceholder(value)).toBe(false);
  },
);

test('an address alone is not a credential', () => {
  expect(
    credentialsGiven({
      ODOO_URL: 'https://odoo.example.com',
      FALABELLA_API_URL: 'https://example.com',
      ODOO_USERNAME: 'admin',
    }),
  ).toEqual([]);
});

test('one real credential among samples is found', () => {
  expect(
    credentialsGiven({ ODOO_PASSWORD: 'your_password', FALABELLA_API_KEY: 'abc', ODOO_WEBHOOK_SECRET: '' }),
  ).toEqual(['FALABELLA_API_KEY']);
});

test('the credentials are those that the example marks', () => {
  expect(CREDENTIALS).toEqual(
    expect.arrayContaining(['CREDENTIALS_KEYS', 'ODOO_API_KEY', 'FALABELLA_WEBHOOK_TOKEN', 'TIENDANUBE_ACCESS_TOKEN']),
  );
  expect(CREDENTIALS).not.toContain('ODOO_URL');
  expect(credentialsOf('# a key\n# Credential: x\nSHOP_KEY=your_key\n\n# an address\nSHOP_URL=\n')).toEqual([
    'SHOP_KEY',
  ]);
});

test('an example without any credential is refused', () => {
  expect(() => credentialsOf('PORT=3000\n')).toThrow('npm run env-example');
});
