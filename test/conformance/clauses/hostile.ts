import { expect } from '@jest/globals';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type FailureAction } from '../../../src/connectors/contract.js';
import { HostilePlatform } from '../../support/hostile-platform.js';
import { Dice } from '../../support/dice.js';
import { isChannel, isErp, type Bench } from '../bench.js';
import { clause, textOf, type Clause } from '../clause.js';

/** `.ci/long` plays more of them. */
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 12);
/** Change it for other answers; a failure shows it. */
const SEED = Number(process.env.TEST_SEED ?? 20_251_216);
/** Far beyond a busy machine; a pattern that backtracks takes minutes. */
const LONGEST_FREEZE_MS = 2_000 * Number(process.env.TEST_PATIENCE ?? 1);
const ACTIONS: ReadonlySet<FailureAction['do']> = new Set(['retry', 'wait', 'pause', 'giveUp']);
const OUR_MISTAKES = [TypeError, RangeError, ReferenceError, SyntaxError];

export const hostileClauses: readonly Clause[] = [
  clause(
    'whatever a platform answers becomes a result in whole units, or an error that is classified',
    async (bench) => {
      const { url } = addressOf(bench.connection.settings);
      const dice = new Dice(SEED);
      const hostile = await HostilePlatform.before(url.origin, dice);
      const settings = JSON.parse(
        JSON.stringify(bench.connection.settings).replaceAll(url.origin, hostile.origin),
      ) as never;
      const loop = monitorEventLoopDelay({ resolution: 20 });
      loop.enable();
      try {
        for (let round = 0; round < ROUNDS; round++) {
          bench.reset();
          for (const [name, call] of Object.entries(
            callsOf({ ...bench, connection: { ...bench.connection, settings } }),
          )) {
            const what = `${name}, round ${round} of TEST_SEED=${SEED}`;
            const outcome = await call().then(
              (result: unknown) => ({ result }),
              (error: unknown) => ({ error }),
            );
            if ('error' in outcome) isUnderstood(bench, what, outcome.error);
            else expect({ what, numbers: oddNumbers(outcome.result) }).toEqual({ what, numbers: [] });
          }
        }
      } finally {
        loop.disable();
        await hostile.close();
      }
      expect(loop.max / 1e6).toBeLessThan(LONGEST_FREEZE_MS);
    },
  ),
];

function isUnderstood({ connector, secrets }: Bench, what: string, error: unknown): void {
  const mistake = OUR_MISTAKES.some((kind) => error instanceof kind);
  expect({ what, error: mistake ? textOf(error) : '' }).toEqual({ what, error: '' });
  const action = connector.classify(error);
  expect({ what, known: ACTIONS.has(action.do) }).toEqual({ what, known: true });
  if (action.do === 'wait') expect(Number.isNaN(action.until.getTime())).toBe(false);
  if (action.do === 'retry') expect(action.afterMs ?? 0).toBeGreaterThanOrEqual(0);
  for (const secret of secrets) expect(textOf(error)).not.toContain(secret);
}

/** Every call that a connector makes, with something to ask for. */
function callsOf(bench: Bench): Readonly<Record<string, () => Promise<unknown>>> {
  const { connection } = bench;
  if (isErp(bench)) {
    const { connector, erp } = bench;
    const [sku = ''] = erp.skus;
    return {
      observeStock: () => connector.observeStock(erp.skus, connection, () => Promise.resolve(['FAL-1'])),
      skuOf: () => connector.skuOf('1', connection),
      listProducts: async () => connector.listProducts?.(null, connection),
      transfer: () => connector.transfer(erp.sale(sku, 1), connection),
      cancelTransfer: () => connector.cancelTransfer(erp.sale(sku, 1), connection),
      check: async () => connector.check?.(connection),
    };
  }
  if (!isChannel(bench)) return {};
  const { connector, channel } = bench;
  const push = [{ sku: channel.sku, quantity: 1, externalId: '1' }];
  const since = new Date(Date.now() - 3_600_000);
  return {
    listListings: () => connector.listListings(null, connection),
    listingsOf: async () => connector.listingsOf?.(['1'], connection),
    readStock: async () => connector.readStock?.([channel.sku], connection),
    fetchOrder: async () => connector.fetchOrder?.('1001', connection, true),
    changedOrders: async () => connector.changedOrders?.(since, null, connection),
    pushStock: () => connector.pushStock(push, connection),
    pushOutcome: () => connector.pushOutcome('a-push', connection),
    findPush: async () => connector.findPush?.(push, { sentAt: since, otherRefs: [] }, connection),
    check: async () => connector.check?.(connection),
  };
}

/** The address at which a connection reaches its platform: the one of its settings that is an address. */
function addressOf(settings: object): { readonly url: URL } {
  for (const value of Object.values(settings))
    if (typeof value === 'string' && /^https?:\/\/127\.0\.0\.1:/.test(value)) return { url: new URL(value) };
  throw new Error('none of its settings is an address');
}

/** Quantities in a result that are no whole, safe numbers, with their names. */
function oddNumbers(value: unknown, name = ''): string[] {
  if (typeof value === 'number') return /price/i.test(name) || Number.isSafeInteger(value) ? [] : [`${name}: ${value}`];
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? [`${name}: no date`] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => oddNumbers(part, key));
}
