/** Without a real Odoo the tests of this folder are skipped, each by its name. `npm run odoo` brings one up. */
if (!process.env.ODOO_URL) Object.assign(globalThis, { describe: describe.skip });
