import { expect } from '@jest/globals';
import { NoAnswerError } from '../../../src/common/http/outbound.service.js';
import { type DuePush, type StockPush } from '../../../src/connectors/contract.js';
import { type ChannelSubject } from '../bench.js';
import { channelClause, thrown, type Clause } from '../clause.js';

async function tell({ connector, connection, channel }: ChannelSubject, items: readonly StockPush[]) {
  return channel.outcomeOf(connector, await connector.pushStock(items, connection));
}

const LOSSES = [
  ['before', 'drop'],
  ['before', 'hang'],
  ['after', 'drop'],
  ['after', 'hang'],
] as const;

export const pushClauses: readonly Clause[] = [
  channelClause('a push is accepted, and the channel shows every number', async (bench) => {
    const items = [bench.channel.sku, ...bench.channel.oddSkus].map((sku, quantity) => ({ sku, quantity }));
    expect(await tell(bench, items)).toEqual({ state: 'finished', rejected: [] });
    expect(items.map(({ sku }) => [sku, bench.channel.shown(sku)])).toEqual(
      items.map(({ sku, quantity }) => [sku, quantity]),
    );
  }),

  channelClause('a number replaces the old one and is not added to it', async (bench) => {
    const { sku } = bench.channel;
    for (const quantity of [7, 7, 3]) await tell(bench, [{ sku, quantity }]);
    expect(bench.channel.shown(sku)).toBe(3);
  }),

  channelClause('a refused SKU is named, and the others are accepted', async (bench) => {
    const { sku, unknownSku } = bench.channel;
    const outcome = await tell(bench, [
      { sku: unknownSku, quantity: 1 },
      { sku, quantity: 2 },
    ]);
    expect(outcome).toEqual({
      state: 'finished',
      rejected: [{ sku: unknownSku, reason: expect.stringMatching(/\w/) }],
    });
    expect(bench.channel.shown(sku)).toBe(2);
  }),

  channelClause('a push of the maximum size is one push, and a larger one is not sent', async (bench) => {
    const { pushBatchSize } = bench.connector.manifest;
    const many = Array.from({ length: pushBatchSize }, (_, i) => ({
      sku: i === 0 ? bench.channel.sku : `MANY-${i}`,
      quantity: 4,
    }));
    expect((await tell(bench, many)).state).toBe('finished');
    expect(bench.channel.shown(bench.channel.sku)).toBe(4);
    const before = bench.channel.arrived();
    const error = await thrown(
      bench.connector.pushStock([...many, { sku: 'ONE MORE', quantity: 1 }], bench.connection),
    );
    expect([bench.connector.classify(error).do, bench.channel.arrived()]).toEqual(['giveUp', before]);
  }),

  ...LOSSES.map(([when, how]) =>
    channelClause(
      `a push whose answer is lost (${how}, ${when} the effect) is an outage, and a repeat ends at the newest number`,
      async (bench) => {
        const { sku } = bench.channel;
        bench.channel.losePush(when, how);
        const error = await thrown(bench.connector.pushStock([{ sku, quantity: 5 }], bench.connection));
        expect(error).toBeInstanceOf(NoAnswerError);
        expect(bench.connector.classify(error).do).toBe('retry');
        expect(await tell(bench, [{ sku, quantity: 4 }])).toEqual({ state: 'finished', rejected: [] });
        expect([bench.channel.shown(sku), bench.channel.arrived()]).toEqual([4, when === 'after' ? 2 : 1]);
      },
    ),
  ),

  channelClause(
    'a lost push is found only where it arrived',
    async (bench) => {
      const items = [{ sku: bench.channel.sku, quantity: 5 }];
      for (const when of ['after', 'before'] as const) {
        bench.reset();
        bench.channel.losePush(when, 'drop');
        const lost = { sentAt: new Date(), otherRefs: [] };
        await thrown(bench.connector.pushStock(items, bench.connection));
        const found = await bench.connector.findPush?.(items, lost, bench.connection);
        expect(found?.state).toBe(when === 'after' ? 'found' : 'absent');
        if (found?.state === 'found')
          expect(await bench.channel.outcomeOf(bench.connector, found)).toEqual({ state: 'finished', rejected: [] });
      }
    },
    'findPush',
  ),

  channelClause('a push beyond the limit waits, and loses no number', async (bench) => {
    const { sku } = bench.channel;
    bench.channel.limit(true);
    const before = bench.channel.shown(sku);
    const remedy = bench.connector.classify(
      await thrown(bench.connector.pushStock([{ sku, quantity: 6 }], bench.connection)),
    );
    expect(['wait', 'retry']).toContain(remedy.do);
    if (remedy.do === 'wait') expect(remedy.until.getTime()).toBeGreaterThan(Date.now());
    expect(bench.channel.shown(sku)).toBe(before);
    bench.channel.limit(false);
    expect(await tell(bench, [{ sku, quantity: 6 }])).toEqual({ state: 'finished', rejected: [] });
    expect(bench.channel.shown(sku)).toBe(6);
  }),

  channelClause(
    'a plan of pushes sends falls to zero first, fits the batch size, and loses no number',
    async ({ connector, connection }) => {
      const now = new Date();
      const { pushBatchSize } = connector.manifest;
      const many = Array.from({ length: pushBatchSize * 2 }, (_, i): DuePush => ({
        sku: `S${i}`,
        quantity: 40,
        published: 41,
        since: now,
      }));
      const last: DuePush = { sku: 'LAST', quantity: 0, published: 1, since: now };
      let waiting: readonly DuePush[] = [...many, last];
      const history: { at: Date }[] = [];
      let clock = now;
      for (let rounds = 0; waiting.length > 0; rounds += 1) {
        expect(rounds).toBeLessThan(20);
        const plan = connector.planPush?.(waiting, history, clock, connection);
        if (rounds === 0) expect(plan?.skus[0]).toBe('LAST');
        expect(plan?.skus.length).toBeLessThanOrEqual(pushBatchSize);
        if (plan && plan.skus.length > 0) history.push({ at: clock });
        waiting = waiting.filter(({ sku }) => !plan?.skus.includes(sku));
        if (waiting.length > 0) expect(plan?.again).toBeInstanceOf(Date);
        clock = plan?.again ?? clock;
      }
    },
    'planPush',
  ),

  channelClause('the whole catalogue is listed, each SKU once', async ({ connector, connection, channel }) => {
    const listed: string[] = [];
    for (let cursor: string | null = null, pages = 0; pages === 0 || cursor !== null; pages += 1) {
      expect(pages).toBeLessThan(50);
      const page = await connector.listListings(cursor, connection);
      listed.push(...page.items.map(({ sku }) => sku));
      cursor = page.nextCursor;
    }
    expect([...listed].sort()).toEqual([...channel.catalogue()].sort());
  }),

  channelClause(
    "the channel's own numbers are read, without SKUs that it does not know",
    async ({ connector, connection, channel }) => {
      const skus = [channel.sku, channel.unknownSku, ...channel.oddSkus];
      const read = await connector.readStock?.(skus, connection);
      const known = skus.filter((sku) => sku !== channel.unknownSku);
      expect(read?.map(({ sku, quantity }) => [sku, quantity])).toEqual(known.map((sku) => [sku, channel.shown(sku)]));
    },
    'readStock',
  ),
];
