import { credentialsGiven, isPlaceholder } from './placeholders.mjs';

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

test('an address alone is no credential', () => {
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
