/**
 * `npm run day`: a day in minutes. Three stores and a seller share 500 SKUs and one Odoo; 2,000 orders
 * arrive, with edits, cancels, duplicates and losses, while every system outside fails now and then. Ends
 * with a comparison of every number, and reports how soon the channels received the sales.
 * DAY_ORDERS (2,000), DAY_SKUS (474, beside 26 that are bought in other ways), DAY_RATE (4 orders per
 * second) and TEST_SEED change the day.
 */
import { endWith } from './lib/ending.mjs';
import { runTests } from './lib/test-run.mjs';

process.env.DAY_ORDERS ??= '2000';
process.env.DAY_SKUS ??= '474';
await endWith(() => runTests(['e2e', '--testPathPatterns', 'test/day/', ...process.argv.slice(2)]));
