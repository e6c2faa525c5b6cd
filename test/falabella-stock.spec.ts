import { NoAnswerError } from '../src/common/http/outbound.service.js';
import { type StockPush } from '../src/connectors/contract.js';
import { FalabellaRig } from './support/falabella-rig.js';

describe('the stock of a seller at Falabella', () => {
  let rig: FalabellaRig;
  beforeAll(async () => {
    rig = await FalabellaRig.start();
  });
  afterAll(() => rig.stop());
  beforeEach(() => rig.reset());

  const places = { facility: ['GSC-SC-0001', 'GSC-SC-0002'], seller: ['BODEGA-PRINCIPAL', 'BODEGA-NORTE'] } as const;
  const spread = (
    sku: string,
    [first = '', second = '']: readonly string[],
    quantities: readonly [number, number],
  ): StockPush => ({
    sku,
    quantity: quantities[0] + quantities[1],
    parts: [
      { location: first, quantity: quantities[0] },
      { location: second, quantity: quantities[1] },
    ],
  });
  const read = (skus: readonly string[], account = rig.account()) => rig.connector.readStock(skus, account);

  describe('when pushed', () => {
    it.each(['facility', 'seller'] as const)('goes to each warehouse by its %s id', async (warehouseIds) => {
      rig.switch({ warehouses: 'multi' });
      const account = rig.account({ warehouseIds });
      const items = [spread('PROD-001', places[warehouseIds], [6, 4]), { sku: 'PROD-002', quantity: 9 }];
      expect(await rig.outcomeOf(await rig.connector.pushStock(items, account))).toEqual({
        state: 'finished',
        rejected: [],
      });
      const [stock] = rig.sandbox.state('PROD-001').falabella.stock;
      expect(stock?.warehouses.map(({ available }) => available)).toEqual([6, 4]);
      expect(await read(['PROD-001'], account)).toEqual([
        {
          sku: 'PROD-001',
          quantity: 10,
          parts: places[warehouseIds].map((location, i) => ({ location, quantity: i === 0 ? 6 : 4 })),
        },
      ]);
    });

    it("is refused for a warehouse that is Falabella's, or unknown, and the SKU is named", async () => {
      rig.switch({ warehouses: 'multi' });
      const items = [
        spread('PROD-001', ['GSC-SC-0001', 'FBF-CL-0001'], [1, 1]),
        spread('PROD-002', ['GSC-SC-0001', 'NOWHERE'], [1, 1]),
      ];
      const outcome = await rig.outcomeOf(await rig.connector.pushStock(items, rig.account()));
      expect(outcome).toMatchObject({ state: 'finished', rejected: [{ sku: 'PROD-001' }, { sku: 'PROD-002' }] });
    });

    it('means what is sold from, or what is on hand, by the model of the account', async () => {
      for (const [stockModel, shown] of [
        ['available', 10],
        ['on_hand', 9],
      ] as const) {
        rig.reset();
        rig.switch({ stockModel });
        await rig.sandbox.world.orders.sell({ sku: 'PROD-001', webhook: 'none' });
        await rig.outcomeOf(await rig.connector.pushStock([{ sku: 'PROD-001', quantity: 10 }], rig.account()));
        expect(await read(['PROD-001'])).toMatchObject([{ quantity: shown }]);
      }
    });
  });

  describe('when read', () => {
    it("covers the requested SKUs in any letters, without unknown ones and without Falabella's own stock", async () => {
      const skus = ['CAFÉ GRANO 250', 'NOT, THERE', "SILLÓN (AZUL) 3/4*'!", 'PROD-049', 'NOT-THERE'];
      const found = await read(skus);
      expect(found.map(({ sku, quantity }) => [sku, quantity])).toEqual(
        ['CAFÉ GRANO 250', "SILLÓN (AZUL) 3/4*'!", 'PROD-049'].map((sku) => [sku, rig.shown(sku)]),
      );
    });

    it('is the same when Falabella ignores the requested SKUs', async () => {
      rig.switch({ stockFilter: false });
      expect(await read(['PROD-050', 'NOT-THERE'])).toMatchObject([
        { sku: 'PROD-050', quantity: rig.shown('PROD-050') },
      ]);
    });

    it('covers more SKUs than one address holds', async () => {
      const { products } = rig.sandbox.world.falabella.state;
      const model = products['PROD-001'];
      if (!model) throw new Error('no PROD-001');
      const skus = Array.from({ length: 350 }, (_, i) => `Ñandú & compañía ${'x'.repeat(60)} ${i}`);
      for (const sku of skus) products[sku] = { ...model, sku };
      expect((await read(skus)).map(({ sku }) => sku)).toEqual(skus);
      expect(rig.sandbox.world.calls.byName()['GetStock']).toBeGreaterThan(4);
    });

    it('takes no more calls than needed, and none for no SKUs', async () => {
      await read([]);
      await read(['NOT-THERE']);
      await read(['PROD-001', 'PROD-002']);
      expect(rig.sandbox.world.calls.byName()).toEqual({ GetStock: 2 });
    });
  });

  describe('after a push without a clear answer', () => {
    const items = [
      { sku: 'CAFÉ GRANO 250', quantity: 5 },
      { sku: 'PROD-001', quantity: 3 },
    ];
    const lose = async (fault: Record<string, unknown>, sent: readonly StockPush[] = items) => {
      rig.sandbox.world.faults.add({ action: 'UpdateStock', ...fault });
      const sentAt = new Date();
      await expect(rig.connector.pushStock(sent, rig.account())).rejects.toThrow(NoAnswerError);
      return { sentAt, otherRefs: [] };
    };
    const find = (lost: { sentAt: Date; otherRefs: readonly string[] }, sent: readonly StockPush[] = items) =>
      rig.connector.findPush(sent, lost, rig.account());

    it('is found where the push arrived, and followed to its end', async () => {
      for (const utcOffsetMinutes of [-300, 0, 720]) {
        rig.reset();
        rig.switch({ utcOffsetMinutes });
        const found = await find(await lose({ drop: 'after' }));
        expect(found).toEqual({ state: 'found', ref: rig.sandbox.state().falabella.feeds[0]?.id });
        if (found.state === 'found') expect(await rig.outcomeOf(found)).toEqual({ state: 'finished', rejected: [] });
      }
    });

    it('is reported absent where the push did not arrive', async () => {
      expect(await find(await lose({ drop: 'before' }))).toEqual({ state: 'absent' });
    });

    it('is not taken from another push, neither a known one nor one with other numbers', async () => {
      const known = await rig.connector.pushStock(items, rig.account());
      await rig.connector.pushStock([{ sku: 'PROD-001', quantity: 4 }], rig.account());
      expect(await find({ ...(await lose({ drop: 'before' })), otherRefs: [known.ref] })).toEqual({ state: 'absent' });
    });

    it('is unclear when Falabella does not show the content of its feeds', async () => {
      rig.switch({ feedRawInput: false });
      expect(await find(await lose({ drop: 'after' }))).toEqual({ state: 'unclear' });
      expect(await find(await lose({ drop: 'before' }))).toEqual({ state: 'unclear' });
    });

    it('names the SKUs that were left out because Falabella does not know them', async () => {
      rig.switch({ unknownSkus: 'refuse' });
      const sent = [...items, { sku: 'NOT-THERE', quantity: 1 }];
      const found = await find(await lose({ skip: 1, drop: 'after' }, sent), sent);
      expect(found.state === 'found' && (await rig.outcomeOf(found))).toMatchObject({
        state: 'finished',
        rejected: [{ sku: 'NOT-THERE' }],
      });
    });
  });

  it('lists the warehouses of the account, with those that no push may name', async () => {
    rig.switch({ warehouses: 'multi', sellerWarehouseIds: false });
    expect(await rig.api.getWarehouses(rig.account())).toEqual([
      {
        name: 'Bodega principal',
        sellerWarehouseId: '',
        facilityId: 'GSC-SC-0001',
        isDefault: true,
        fulfilledByFalabella: false,
      },
      {
        name: 'Bodega norte',
        sellerWarehouseId: '',
        facilityId: 'GSC-SC-0002',
        isDefault: false,
        fulfilledByFalabella: false,
      },
      {
        name: 'Fulfillment by Falabella',
        sellerWarehouseId: '',
        facilityId: 'FBF-CL-0001',
        isDefault: false,
        fulfilledByFalabella: true,
      },
    ]);
  });

  it.each(['three', 'five'] as const)(
    'is pushed with a User-Agent of %s parts where Falabella requires it',
    async (userAgent) => {
      rig.switch({ userAgent });
      const agent =
        userAgent === 'three' ? ({ form: 'three' } as const) : ({ form: 'five', businessUnit: 'FACL' } as const);
      expect(await read(['PROD-001'], rig.account({ userAgent: agent }))).toHaveLength(1);
      if (userAgent === 'three') return;
      const refused: unknown = await read(['PROD-001']).catch((error: unknown) => error);
      expect(rig.connector.classify(refused)).toMatchObject({
        do: 'pause',
        reason: expect.stringContaining('HTTP 403') as string,
      });
    },
  );
});
