/**
 * `npm test`: brings up what the tests need on ports and data of their own, runs them, and stops it again.
 *
 *   npm test                       unit, laws, services and e2e
 *   npm test -- unit               one of them (or several)
 *   npm run test:odoo              against a real Odoo, given by ODOO_URL and its kin
 *   npm test -- e2e -t "duplicate" what follows the names goes to jest
 */
import { runTests } from './lib/test-run.mjs';
import { endWith } from './lib/ending.mjs';

await endWith(() => runTests(process.argv.slice(2)));
