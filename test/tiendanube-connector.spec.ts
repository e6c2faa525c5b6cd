import { type ChannelListing } from '../src/connectors/contract.js';
import { TiendanubeRoomError } from '../src/connectors/tiendanube/errors.js';
import { STORE, TiendanubeRig } from './support/tiendanube-rig.js';

/** With several locations, and the larger limit. */
const SEVERAL_PLACES = 5002;
/** The smaller limit. */
const SMALL = 5001;
/** With one SKU on two products, and one without a limit of stock. */
const UNTIDY = 5003;

describe('the connector of Tiendanube', () => {
  let rig: TiendanubeRig;
  beforeAll(async () => {
    rig = await TiendanubeRig.start(2);
  });
  afterAll(() => rig.stop());
  beforeEach(() => {
    rig.reset();
    for (const store of [SEVERAL_PLACES, UNTIDY]) rig.rested(40, account(store));
  });

  const account = (store = STORE) => rig.account({ storeId: String(store) });

  async function catalogue(store: number): Promise<ReadonlyMap<string, ChannelListing>> {
    const listed = new Map<string, ChannelListing>();
    for (let cursor: string | null = null, pages = 0; pages === 0 || cursor !== null; pages += 1) {
      const page = await rig.connector.listListings(cursor, account(store));
      for (const item of page.items) listed.set(item.sku, item);
      cursor = page.nextCursor;
    }
    return listed;
  }

  /** Both processes read as many orders as they can. */
  const readAtOnce = async (count: number) => {
    const sell = () => rig.sandbox.world.tiendanubePlays.sell(String(SMALL), { sku: 'PROD-001', silent: true });
    const orders = Array.from({ length: count }, () => String(sell().id));
    return Promise.allSettled(orders.map(async (id, i) => rig.connectors[i % 2]?.fetchOrder(id, account(SMALL))));
  };

  const limits = (store = STORE) => rig.store(store).limits;

  it('sends fewer variants at once after the limit on sizes refuses, and more again later, until all are sent', async () => {
    rig.switch({ weightedLimit: true, weightCapacity: 60, weightPerSecond: 2_000 });
    rig.budget(10_000);
    const listed = [...(await catalogue(STORE)).values()].filter(({ unlimited }) => !unlimited).slice(0, 50);
    const items = listed.map(({ sku, externalId }, quantity) => ({ sku, externalId, quantity }));
    const receipt = await rig.connector.pushStock(items, account());
    expect(receipt.outcome).toEqual({ state: 'finished', rejected: [] });
    const shown = new Map(rig.store().shown.map(({ sku, variantId, stock }) => [sku ?? `variant:${variantId}`, stock]));
    expect(items.map(({ sku }) => [sku, shown.get(sku)])).toEqual(items.map(({ sku, quantity }) => [sku, quantity]));
    expect(limits()).toMatchObject({ violations: 0 });
    expect(limits().weightedRefusals).toBeGreaterThan(0);
  });

  it('puts everything at the first of several locations, and nothing at the others, when none is mapped', async () => {
    const listed = await catalogue(SEVERAL_PLACES);
    const sku = 'PROD-001';
    const places = rig.store(SEVERAL_PLACES).locations.map(({ id }) => id);
    for (const [place, id] of places.entries())
      rig.sandbox.world.tiendanubePlays.setStock(String(SEVERAL_PLACES), { sku, stock: 10 + place, locationId: id });
    await rig.connector.pushStock(
      [{ sku, quantity: 5, externalId: listed.get(sku)?.externalId ?? '' }],
      account(SEVERAL_PLACES),
    );
    expect(placesOf(sku)).toEqual([5, 0, 0]);
    expect(rig.shown(sku, SEVERAL_PLACES)).toBe(5);
  });

  const placesOf = (sku: string) =>
    rig
      .store(SEVERAL_PLACES)
      .shown.find((one) => one.sku === sku)
      ?.locations.map(({ stock }) => stock);

  it('sends to the locations that the ledger knows by name, and leaves the others alone', async () => {
    const sku = 'PROD-002';
    const [first = '', second = '', third = ''] = rig.store(SEVERAL_PLACES).locations.map(({ id }) => id);
    rig.sandbox.world.tiendanubePlays.setStock(String(SEVERAL_PLACES), { sku, stock: 9, locationId: third });
    const parts = [
      { location: first, quantity: 2 },
      { location: second, quantity: 0 },
    ];
    const externalId = rig.externalId(sku, SEVERAL_PLACES);
    await rig.connector.pushStock([{ sku, quantity: 2, parts, externalId }], account(SEVERAL_PLACES));
    expect(placesOf(sku)).toEqual([2, 0, 9]);
    const [read] = await rig.connector.readStock([sku], account(SEVERAL_PLACES), new Map([[sku, externalId]]));
    expect(read).toEqual({ sku, quantity: 11, parts: [...parts, { location: third, quantity: 9 }] });
  });

  it('sends to every variant of a SKU, and leaves unlimited ones to be noticed', async () => {
    const listed = await catalogue(UNTIDY);
    expect(listed.get('PROD-050')).toMatchObject({ quantity: null, unlimited: true });
    const twice = listed.get('PROD-040');
    expect(twice?.externalId.split(',')).toHaveLength(2);
    await rig.connector.pushStock(
      [{ sku: 'PROD-040', quantity: 6, externalId: twice?.externalId ?? '' }],
      account(UNTIDY),
    );
    const numbers = rig.store(UNTIDY).shown.filter(({ sku }) => sku === 'PROD-040');
    expect(numbers.map(({ stock }) => stock)).toEqual([6, 6]);
  });

  it('names what was not accepted, variant by variant, and never makes a number unlimited', async () => {
    rig.switch({ failSkus: ['PROD-002'] });
    const items = ['PROD-001', 'PROD-002', 'PROD-003'].map((sku) => ({
      sku,
      quantity: 0,
      externalId: rig.externalId(sku),
    }));
    const receipt = await rig.connector.pushStock(
      [...items, { sku: 'variant:1', quantity: 1, externalId: '1/1' }],
      account(),
    );
    expect(receipt.outcome).toMatchObject({ state: 'finished', rejected: [{ sku: 'PROD-002' }, { sku: 'variant:1' }] });
    expect([rig.shown('PROD-001'), rig.shown('PROD-003')]).toEqual([0, 0]);
  });

  it('reads from an edit what happened to its stock, when the webhook announces an edit', async () => {
    const plays = rig.sandbox.world.tiendanubePlays;
    const order = plays.sell(String(STORE), { sku: 'PROD-001', quantity: 3, silent: true });
    const lines = [{ lineId: order.lines[0]?.id, quantity: 1 }];
    plays.change(String(STORE), String(order.id), 'edit', { lines, moveStock: false, silent: true });
    const read = (edited: boolean) => rig.connector.fetchOrder(String(order.id), account(), edited);
    expect((await read(true))?.edit).toContain('2 x PROD-001');
    expect(await read(false)).not.toHaveProperty('edit');
  });

  it('reads an order once for all callers while it waits for room', async () => {
    const { id } = rig.sandbox.world.tiendanubePlays.sell(String(STORE), { sku: 'PROD-001', silent: true });
    rig.rested(40, account(), 2);
    const asked = await Promise.all(Array.from({ length: 5 }, () => rig.connector.fetchOrder(String(id), account())));
    expect(new Set(asked.map((order) => order?.orderId))).toEqual(new Set([String(id)]));
    const reads = () => rig.sandbox.world.calls.byName()['GET /orders/:id'];
    expect(reads()).toBe(1);
    await rig.connector.fetchOrder(String(id), account());
    expect(reads()).toBe(2);
  });

  it('reports what could not be reserved, and has no units of what is sold elsewhere', async () => {
    const plays = rig.sandbox.world.tiendanubePlays;
    const short = plays.sell(String(STORE), { sku: 'PROD-001', quantity: 900, force: true, silent: true });
    expect((await rig.connector.fetchOrder(String(short.id), account()))?.attention).toMatch(/\d+ x PROD-001/);
    const elsewhere = plays.sell(String(STORE), { sku: 'PROD-002', storefront: 'meli', silent: true });
    const settings = rig.account({ ignoredStorefronts: ['meli'] });
    expect((await rig.connector.fetchOrder(String(elsewhere.id), settings))?.lines).toEqual([]);
  });

  it('pauses when everything is missing, instead of taking every order and product for deleted', async () => {
    const wrong = rig.account({ apiUrl: `${rig.sandbox.url}/tiendanube/unstable2` });
    rig.rested(40, wrong);
    const error: unknown = await rig.connector.fetchOrder('1', wrong).catch((thrown: unknown) => thrown);
    expect(rig.connector.classify(error)).toMatchObject({ do: 'pause' });
    expect(await rig.connector.fetchOrder('1', account())).toBeNull();
  });

  it.each(['authentication', 'authorization'] as const)('writes the header as configured: %s', async (authHeader) => {
    rig.switch({ authHeader, contentType: 'exact' });
    const written = { authentication: 'Authentication: bearer', authorization: 'Authorization: Bearer' }[authHeader];
    const items = [{ sku: 'PROD-001', quantity: 2, externalId: rig.externalId('PROD-001') }];
    await rig.connector.pushStock(items, rig.account({ authHeader: written }));
    expect(rig.shown('PROD-001')).toBe(2);
  });

  it("never exceeds the store's call limit with two busy processes", async () => {
    rig.rested(40, account(SMALL));
    const done = await readAtOnce(70);
    const refused = done.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    for (const error of refused) expect(error).toBeInstanceOf(TiendanubeRoomError);
    expect(done.length - refused.length).toBeGreaterThanOrEqual(36);
    expect(limits(SMALL).violations).toBe(0);
  });

  it('sends nothing for a while after Redis was lost, as the room may be used up', async () => {
    rig.rested(40, account(SMALL));
    await readAtOnce(40);
    await rig.loseLimits();
    await readAtOnce(40);
    expect(limits(SMALL)).toMatchObject({ violations: 0 });
    expect(limits(SMALL).fullest).toBeGreaterThanOrEqual(36);
  });

  it('reports when the next push finds room, so that no number is read too early', async () => {
    expect(await rig.connector.pushRoom(account())).toBeNull();
    await rig.loseLimits();
    expect(await rig.connector.pushRoom(account())).toBeInstanceOf(Date);
  });
});
