import { setTimeout as delay } from 'node:timers/promises';
import { startSandbox } from '../sandbox/server.js';
import { type FalabellaSettings as SandboxSettings } from '../sandbox/settings.js';
import { NoAnswerError } from '../src/common/http/outbound.service.js';
import { type FalabellaSettings } from '../src/connectors/falabella/settings.js';
import { type ChannelListing, type PushReceipt, type StockPush } from '../src/connectors/contract.js';
import { FalabellaApiError } from '../src/connectors/falabella/errors.js';
import { type FalabellaConnector } from '../src/connectors/falabella/falabella.connector.js';
import { FalabellaRig, type FalabellaAccount } from './support/falabella-rig.js';

/** SKUs that break careless encoding; the sandbox sells them. */
const ODD_SKUS = ['CAFÉ GRANO 250', 'PIÑATA-GRANDE', "SILLÓN (AZUL) 3/4*'!"];
const IMPATIENT_MS = 500;

describe.each(['XML', 'JSON'] as const)('calls to Falabella in %s', (format) => {
  let rig: FalabellaRig;
  let sandbox: FalabellaRig['sandbox'];
  let connector: FalabellaConnector;
  let connection: FalabellaAccount;

  beforeAll(async () => {
    rig = await FalabellaRig.start(format);
    ({ sandbox, connector } = rig);
    connection = rig.account();
  });
  afterAll(() => rig.stop());
  beforeEach(() => rig.reset());

  const account = (change: Partial<FalabellaSettings>) => rig.account(change);
  const shown = (sku: string) => rig.shown(sku);
  const feedsMade = () => rig.feedsMade;
  const outcomeOf = (receipt: PushReceipt) => rig.outcomeOf(receipt);
  const push = (items: readonly StockPush[]) => connector.pushStock(items, connection);
  const failure = async (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await holds())) await delay(10);
  }

  it('accept a push, process it, and show the new numbers', async () => {
    const items = ['PROD-001', 'PROD-002', ...ODD_SKUS].map((sku, index) => ({ sku, quantity: index }));
    expect(await outcomeOf(await push(items))).toEqual({ state: 'finished', rejected: [] });
    expect(items.map(({ sku }) => shown(sku))).toEqual(items.map(({ quantity }) => quantity));
  });

  it('keep a push pending while its feed is', async () => {
    sandbox.settings.falabella.feedDelayMs = 3_600_000;
    const receipt = await push([{ sku: 'PROD-001', quantity: 9 }]);
    expect(await connector.pushOutcome(receipt.ref, connection)).toEqual({ state: 'pending' });
    expect(shown('PROD-001')).not.toBe(9);
  });

  it('find the feed id, too, when only the head of the answer has it', async () => {
    sandbox.settings.falabella.feedIdIn = 'head';
    expect(await outcomeOf(await push([{ sku: 'PROD-001', quantity: 9 }]))).toEqual({
      state: 'finished',
      rejected: [],
    });
    expect(shown('PROD-001')).toBe(9);
  });

  it('parse XML in place of JSON, and numbers without quotes', async () => {
    Object.assign(sandbox.settings.falabella, { xmlOnlyActions: ['UpdateStock'], jsonScalars: 'native' });
    expect(await outcomeOf(await push([{ sku: 'PROD-001', quantity: 9 }]))).toEqual({
      state: 'finished',
      rejected: [],
    });
  });

  it.each([1, 5])('name the failed SKUs when %i of ten failed, and accept the others', async (failing) => {
    const items = Array.from({ length: 10 }, (_, index) => ({ sku: `PROD-0${String(index + 10)}`, quantity: index }));
    const failed = items.slice(0, failing).map((item) => item.sku);
    sandbox.settings.falabella.failSkus = failed;
    const outcome = await outcomeOf(await push(items));
    expect(outcome).toEqual({
      state: 'finished',
      rejected: failed.map((sku) => ({ sku, reason: `Seller SKU '${sku}' could not be updated` })),
    });
    expect(items.slice(failing).map(({ sku }) => shown(sku))).toEqual(
      items.slice(failing).map(({ quantity }) => quantity),
    );
  });

  it('reject an unknown SKU and accept the others, whether Falabella refuses the record or the whole call', async () => {
    const items = [
      { sku: 'NOT, THERE', quantity: 1 },
      { sku: 'PROD-001', quantity: 3 },
      { sku: 'PROD-00', quantity: 1 },
    ];
    for (const unknownSkus of ['feed', 'refuse'] as const) {
      sandbox.world.reset();
      sandbox.settings.falabella.unknownSkus = unknownSkus;
      const outcome = await outcomeOf(await push(items));
      expect(outcome).toMatchObject({ state: 'finished', rejected: [{ sku: 'NOT, THERE' }, { sku: 'PROD-00' }] });
      expect(shown('PROD-001')).toBe(3);
      expect(feedsMade()).toBe(1);
    }
  });

  it('send no feed of unknown SKUs alone', async () => {
    sandbox.settings.falabella.unknownSkus = 'refuse';
    const items = Array.from({ length: 500 }, (_, index) => ({
      sku: `NOT-THERE-${'x'.repeat(60)}-${index}`,
      quantity: 1,
    }));
    const outcome = await outcomeOf(await push(items));
    expect(outcome).toMatchObject({ state: 'finished' });
    expect(outcome.state === 'finished' && outcome.rejected.map((rejection) => rejection.sku)).toEqual(
      items.map((item) => item.sku),
    );
    expect(feedsMade()).toBe(0);
    expect(sandbox.state().calls).toMatchObject({ UpdateStock: 1 });
  });

  it.each(['Error', 'Canceled'] as const)('report a push as failed when its feed ended as %s', async (feedOutcome) => {
    sandbox.settings.falabella.feedOutcome = feedOutcome;
    expect(await outcomeOf(await push([{ sku: 'PROD-001', quantity: 9 }]))).toMatchObject({ state: 'failed' });
    expect(shown('PROD-001')).not.toBe(9);
  });

  it('report a push as failed when Falabella does not know its feed', async () => {
    expect(await connector.pushOutcome('00000000-0000-0000-0000-000000000000', connection)).toMatchObject({
      state: 'failed',
    });
  });

  it('wait two minutes once the burst of feeds is used up', async () => {
    Object.assign(sandbox.settings.falabella, { feedBurst: 2, feedIntervalMs: 60_000 });
    await push([{ sku: 'PROD-001', quantity: 1 }]);
    await push([{ sku: 'PROD-001', quantity: 2 }]);
    const before = Date.now();
    const remedy = connector.classify(await failure(push([{ sku: 'PROD-001', quantity: 3 }])));
    expect(remedy.do).toBe('wait');
    expect(remedy.do === 'wait' && remedy.until.getTime()).toBeGreaterThanOrEqual(before + 120_000);
    expect(feedsMade()).toBe(2);
  });

  interface Trouble {
    readonly settings?: Partial<FalabellaSettings>;
    readonly path?: string;
    readonly sandbox?: Partial<SandboxSettings>;
  }

  it.each<[string, Trouble, RegExp]>([
    ['the wrong key', { settings: { apiKey: 'wrong' } }, /E007/],
    ['the wrong user', { settings: { userId: 'nobody@example.com' } }, /E007/],
    ['no key', { settings: { apiKey: null } }, /FALABELLA_API_KEY/],
    ['a role that may not', { sandbox: { role: 'orders' } }, /Seller API Access/],
    ['another address', { path: 'elsewhere' }, /FALABELLA_API_URL/],
  ])('pause with %s and explain why', async (_what, trouble, words) => {
    Object.assign(sandbox.settings.falabella, trouble.sandbox);
    const apiUrl = `${sandbox.url}/${trouble.path ?? 'falabella'}/`;
    const error = await failure(
      connector.pushStock([{ sku: 'PROD-001', quantity: 1 }], account({ ...trouble.settings, apiUrl })),
    );
    expect(connector.classify(error)).toEqual({ do: 'pause', reason: expect.stringMatching(words) as string });
    expect(feedsMade()).toBe(0);
  });

  it('pause when the clocks disagree', async () => {
    sandbox.world.faults.add({ action: 'UpdateStock', code: 3 });
    expect(connector.classify(await failure(push([{ sku: 'PROD-001', quantity: 1 }])))).toMatchObject({
      do: 'pause',
      reason: expect.stringContaining('clock') as string,
    });
  });

  it.each([
    ['an error of its own inside HTTP 200', { code: 6 }],
    ['an application error', { code: 1000 }],
    ['a page of its proxy', { status: 502, body: '<!DOCTYPE html><html>Bad gateway</html>' }],
    ['half an answer', { status: 200, body: '<SuccessResponse><Head>' }],
  ])('retry after %s', async (_what, fault) => {
    sandbox.world.faults.add({ action: 'UpdateStock', ...fault });
    expect(connector.classify(await failure(push([{ sku: 'PROD-001', quantity: 1 }])))).toMatchObject({ do: 'retry' });
    expect(await outcomeOf(await push([{ sku: 'PROD-001', quantity: 1 }]))).toEqual({
      state: 'finished',
      rejected: [],
    });
  });

  it.each([
    ['never answers, before the effect', { hang: 'before' }, 'timeout', 0],
    ['never answers, after the effect', { hang: 'after' }, 'timeout', 1],
    ['drops the connection, before the effect', { drop: 'before' }, 'network', 0],
    ['drops the connection, after the effect', { drop: 'after' }, 'network', 1],
  ] as const)('end at the newest number where it %s', async (_what, fault, reason, feeds) => {
    sandbox.world.faults.add({ action: 'UpdateStock', ...fault });
    if ('hang' in fault) rig.limitCalls(IMPATIENT_MS);
    const error = await failure(push([{ sku: 'PROD-001', quantity: 5 }]));
    rig.limitCalls();
    await until(() => sandbox.world.calls.byName()['UpdateStock'] === 1);
    expect(error).toBeInstanceOf(NoAnswerError);
    expect(error).toMatchObject({ reason, reached: true });
    expect(connector.classify(error)).toEqual({ do: 'retry' });
    expect(feedsMade()).toBe(feeds);
    expect(await outcomeOf(await push([{ sku: 'PROD-001', quantity: 4 }]))).toEqual({
      state: 'finished',
      rejected: [],
    });
    const listed = await rig.api.feedList(connection);
    expect(listed).toMatchObject(
      Array.from({ length: feeds + 1 }, () => ({ action: 'ProductStockUpdate', state: 'finished' })),
    );
    expect(shown('PROD-001')).toBe(4);
  });

  it('retry at once when the connection is refused', async () => {
    const elsewhere = await startSandbox();
    await elsewhere.close();
    const error = await failure(
      connector.pushStock([{ sku: 'PROD-001', quantity: 1 }], account({ apiUrl: `${elsewhere.url}/falabella/` })),
    );
    expect(error).toMatchObject({ reached: false });
    expect(connector.classify(error)).toEqual({ do: 'retry', arrived: false });
  });

  it('list the whole catalogue once, page by page', async () => {
    const products = sandbox.world.falabella.state.products;
    const model = products['PROD-001'];
    if (!model) throw new Error('the catalogue has no PROD-001');
    for (let index = 0; index < 200; index += 1)
      products[`MORE ${index}`] = { ...model, sku: `MORE ${index}`, shopSku: `m-${index}` };
    const found: ChannelListing[] = [];
    let cursor: string | null = null;
    do {
      const page = await connector.listListings(cursor, connection);
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(found.map((listing) => listing.sku)).toEqual(Object.keys(products));
    expect(found.find((listing) => listing.sku === ODD_SKUS[2])?.quantity).toBe(shown(ODD_SKUS[2] ?? ''));
    expect(found[0]).toEqual({ sku: 'PROD-001', externalId: model.shopSku, quantity: shown('PROD-001') });
    const pages = rig.logs.filter((entry) => entry.action === 'GetProducts');
    expect(pages.map((entry) => entry.request?.['offset'])).toEqual([0, 100, 200, 254]);
  });

  it("read stock in every spelling of the warehouse, and keep Falabella's own apart", async () => {
    const api = rig.api;
    for (const facilityKey of ['FacilityID', 'FacilityId', 'GSCFacilityId'] as const) {
      sandbox.settings.falabella.facilityKey = facilityKey;
      const stock = await api.getStock({ offset: 0, limit: 1000 }, connection);
      expect(stock.lines.find((line) => line.sku === 'PROD-001')).toMatchObject({
        quantity: shown('PROD-001'),
        facilityId: 'GSC-SC-0001',
      });
      expect(stock.lines.filter((line) => line.fulfilledByFalabella)).toHaveLength(3);
    }
  });

  it('write a log for every call, and no secret in any', async () => {
    await outcomeOf(await push([{ sku: 'PROD-001', quantity: 1 }]));
    expect(
      await failure(connector.pushStock([{ sku: 'PROD-001', quantity: 1 }], account({ apiKey: 'a-wrong-key' }))),
    ).toBeInstanceOf(FalabellaApiError);
    expect(rig.logs[0]).toMatchObject({ action: 'UpdateStock', status: 'success', productSkus: ['PROD-001'] });
    expect(rig.logs.at(-1)).toMatchObject({ action: 'UpdateStock', status: 'error', response: { errorCode: 7 } });
    expect(JSON.stringify(rig.logs)).not.toMatch(
      new RegExp(`${String(connection.settings.apiKey)}|a-wrong-key|Signature|${String(connection.settings.userId)}`),
    );
  });
});
