import { orderBody } from './support/caller.js';
import { reasonDetail, uncountableDetail } from '../src/alerts/alert-details.js';
import { AlertsService } from '../src/alerts/alerts.service.js';
import { AlertReview } from '../src/alert-review/alert-review.service.js';
import { ViewedShop } from './support/viewed-shop.js';
import { eventually } from './support/wait.js';
import { type OrderDetails } from '../src/views/orders/order-details.dto.js';
import { type OrderItem } from '../src/views/orders/order-queries.dto.js';
import { type TaskItem, type TaskItemPage } from '../src/views/tasks/task-queries.dto.js';

describe('the views of orders and open work', () => {
  let shop: ViewedShop;

  beforeAll(async () => {
    shop = await ViewedShop.ready('views_orders');
    await sell('O-HELD', [{ sku: 'PROD-001', quantity: 2 }], 'pending');
    await sell(
      'O-DONE',
      [
        { sku: 'PROD-002', quantity: 1 },
        { sku: 'PROD-003', quantity: 4 },
      ],
      'confirmed',
    );
    await sell('O-GONE', [{ sku: 'PROD-001', quantity: 1 }], 'cancelled');
    await shop.quiet();
    await sell(
      'O-MAP',
      [
        { sku: 'PROD-001', quantity: 1 },
        { sku: 'NOBODY-KNOWS', quantity: 1 },
      ],
      'confirmed',
    );
    await eventually('it waits', async () =>
      expect((await shop.books.order('O-MAP')).unmapped).toEqual(['NOBODY-KNOWS']),
    );
  });
  afterAll(async () => shop?.close());

  const sell = async (orderId: string, products: { sku: string; quantity: number }[], status: string) => {
    expect((await shop.call.order(orderBody(orderId, { products, status }))).status).toBe(200);
  };
  const card = (name: string) => shop.get<OrderDetails>(`/orders/${encodeURIComponent(name)}`);
  const ids = async (query: string, limit = 50) =>
    (await shop.all<OrderItem>(`/orders?${query}`, limit)).map((order) => order.orderId);

  describe('GET /orders', () => {
    it('lists the newest first, page by page without gap or repeat', async () => {
      const whole = await ids('', 200);
      expect(whole[0]).toBe('O-MAP');
      expect([...whole].sort()).toEqual(['O-DONE', 'O-GONE', 'O-HELD', 'O-MAP']);
      expect(await ids('', 1)).toEqual(whole);
    });

    it.each([
      ['status=cancelled', ['O-GONE']],
      ['sku=PROD-003', ['O-DONE']],
      ['sku=NOBODY-KNOWS', ['O-MAP']],
      ['connection=tiendanube', []],
      ['connection=falabella&status=created', ['O-HELD']],
      ['unmapped=true', ['O-MAP']],
      ['waiting=true', ['O-MAP']],
      ['since=2100-01-01', []],
    ])('filters by %s', async (query, expected) => {
      expect(await ids(query, 1)).toEqual(expected);
    });

    it('finds the orders that hold oversold units, in the warehouse where they are', async () => {
      const { quantity } = await shop.books.entry('PROD-004');
      expect(await ids('oversold=true')).toEqual([]);
      await sell('O-OVER', [{ sku: 'PROD-004', quantity: quantity + 1 }], 'pending');
      await eventually('it is oversold', async () => expect((await shop.books.entry('PROD-004')).available).toBe(-1));
      expect(await ids('oversold=true')).toEqual(['O-OVER']);
      expect(
        (await shop.get<{ items: { sku: string }[] }>('/stock?oversold=true')).items.map((item) => item.sku),
      ).toEqual(['PROD-004']);
      await eventually('it is raised', async () =>
        expect(await shop.books.alerts()).toContain('oversold main/PROD-004'),
      );
      const raised = await shop.get<{ items: { subject: string }[] }>('/alerts?kind=oversold');
      expect(raised.items.map((item) => item.subject)).toEqual(['main/PROD-004']);
    });

    it('shows what each order waits for', async () => {
      const orders = new Map((await shop.all<OrderItem>('/orders', 200)).map((order) => [order.orderId, order]));
      expect(orders.get('O-DONE')?.blockedBy).toEqual([]);
      expect(orders.get('O-HELD')?.blockedBy).toMatchObject([
        { for: 'status', detail: expect.stringContaining('confirmed') as string },
      ]);
      expect(orders.get('O-MAP')?.blockedBy[0]).toMatchObject({
        for: 'mapping',
        detail: 'nobody knows what NOBODY-KNOWS is',
      });
    });

    it('names what is wrong with a query', async () => {
      for (const query of ['status=lost', 'waiting=maybe', 'since=then', 'cursor=W10', 'limit=x', 'colour=red', 'sku='])
        expect(await shop.wrongFields(shop.call.get(`/orders?${query}`))).toEqual([query.split('=')[0]]);
    });
  });

  describe('GET /orders/:id', () => {
    it('shows lines, reservations, deliveries, and movements', async () => {
      const done = await card('O-DONE');
      expect(done).toMatchObject({
        id: 'falabella/O-DONE',
        status: 'confirmed',
        units: 5,
        lines: [
          {
            sku: 'PROD-002',
            quantity: 1,
            parts: [{ sku: 'PROD-002', units: 1 }],
            holds: [{ units: 1, state: 'committed', warehouse: 'main' }],
          },
          { sku: 'PROD-003', quantity: 4, holds: [{ units: 4, state: 'committed', transfer: 1 }] },
        ],
        transfers: [{ n: 1, state: 'closed', reference: expect.any(String) as string }],
        blockedBy: [],
        released: null,
        alerts: [],
        moreMovements: false,
      });
      for (const sku of ['PROD-002', 'PROD-003'])
        expect(done.movements.filter((movement) => movement.sku === sku).map((movement) => movement.kind)).toEqual([
          'commit',
          'reserve',
        ]);
      expect((await card('O-MAP')).alerts).toMatchObject([{ kind: 'needs_mapping' }]);
    });

    it('finds an order by its internal id and by its platform’s, and answers 404 for others', async () => {
      expect((await card('falabella/O-HELD')).orderId).toBe('O-HELD');
      expect((await shop.call.get('/orders/O-NONE')).status).toBe(404);
    });

    it('finds an order by the number that the shopper sees; several with the number are named', async () => {
      const orders = shop.running.connection.collection<{ _id: string }>('orders');
      await orders.updateOne({ _id: 'falabella/O-HELD' }, { $set: { number: '900-1' } });
      expect((await card('900-1')).orderId).toBe('O-HELD');
      await orders.updateOne({ _id: 'falabella/O-GONE' }, { $set: { number: '900-1' } });
      const several = await shop.call.get('/orders/900-1');
      expect(several).toMatchObject({ status: 409, body: { ids: ['falabella/O-GONE', 'falabella/O-HELD'] } });
      await orders.updateOne({ _id: 'falabella/O-GONE' }, { $unset: { number: '' } });
    });

    it('leads to the same logs by each of its names', async () => {
      const stories = await Promise.all(['O-HELD', 'falabella/O-HELD', '900-1'].map((name) => shop.call.storyOf(name)));
      const webhook = (story: (typeof stories)[number]) => story.filter((line) => line.action === 'webhook.order');
      for (const story of stories) expect(webhook(story)).toEqual([expect.objectContaining({ orderId: 'O-HELD' })]);
    });
  });

  describe('an alert', () => {
    it('that stayed open is closed when its cause is gone, and left alone otherwise', async () => {
      const alerts = shop.running.app.get(AlertsService);
      await alerts.raise('delivery_short', 'falabella/O-DONE', reasonDetail('delivery_short', 'not all in stock'));
      await alerts.raise(
        'delivery_conflict',
        'falabella/O-DONE',
        reasonDetail('delivery_conflict', 'met something else'),
      );
      await alerts.raise('push_rejected', 'falabella/PROD-001', reasonDetail('push_rejected', 'not found'));
      await alerts.raise('needs_mapping', 'PROD-002', uncountableDetail('several products have it'));
      await alerts.raise('needs_mapping', 'STILL-UNKNOWN', uncountableDetail('no product has it'));
      await alerts.raise('connection_paused', 'falabella', reasonDetail('connection_paused', 'the key was refused'));
      await shop.running.app.get(AlertReview).review();
      const open = await shop.books.alerts();
      expect(open).toEqual(
        expect.arrayContaining([
          'needs_mapping falabella/O-MAP',
          'needs_mapping STILL-UNKNOWN',
          'connection_paused falabella',
          'oversold main/PROD-004',
        ]),
      );
      expect(open.filter((alert) => /O-DONE|PROD-001|PROD-002/.test(alert))).toEqual([]);
    });
  });

  describe('GET /tasks', () => {
    const tasks = (query = '') => shop.get<TaskItemPage>(`/tasks${query}`);

    it('shows the open work, its subject and why it waits', async () => {
      const { items, counts } = await tasks('?connection=falabella');
      expect(items.find((task) => task.kind === 'orders.review')).toMatchObject({
        id: 'falabella/O-MAP',
        orderId: 'O-MAP',
        connection: 'falabella',
        state: 'retrying',
        error: expect.stringContaining('NOBODY-KNOWS') as string,
        nextTry: expect.any(String) as string,
      });
      expect(counts?.['orders.review']).toEqual({ waiting: 0, retrying: 1, dead: 0 });
    });

    it('pages through all kinds, the longest waiting first, without gap or repeat', async () => {
      const events = shop.running.connection.collection<{ _id: string }>('webhook_events');
      const far = new Date(Date.now() + 3_600_000);
      // Several marks of one moment and of several kinds: equal times are ordered by kind and id.
      const since = new Date('2026-01-01T00:00:00Z');
      await events.insertMany(
        Array.from({ length: 7 }, (_, i) => ({
          _id: `evt_task_${i}`,
          connection: 'falabella',
          intent: { kind: 'channelStock', sku: `S-${i}`, quantity: 1 },
          handle: {
            requested: 1,
            done: 0,
            since: new Date(since.getTime() + (i % 3) * 1_000),
            ...(i < 5 ? { due: far } : { dead: true, attempts: 12, error: 'blamed' }),
          },
        })),
      );
      await shop.running.connection.collection<{ _id: string }>('commands').insertOne({
        _id: 'cmd_task',
        change: { kind: 'reduce', sku: 'S-9', units: 1 },
        finish: { requested: 1, processed: 0, since, due: far },
      } as never);
      // The shop's own work appears in between.
      const ours = async (limit: number) =>
        (await shop.all<Omit<TaskItem, 'since'> & { since: string }>('/tasks', limit)).filter(
          (task) => task.since < '2026-02',
        );
      const whole = await ours(200);
      expect(whole).toHaveLength(8);
      expect(whole.slice(0, 4).map((task) => `${task.kind} ${task.id}`)).toEqual([
        'commands.finish cmd_task',
        'webhook_events.handle evt_task_0',
        'webhook_events.handle evt_task_3',
        'webhook_events.handle evt_task_6',
      ]);
      expect(whole.map((task) => task.since)).toEqual(whole.map((task) => task.since).sort());
      for (const limit of [1, 2, 3]) expect(await ours(limit)).toEqual(whole);
    });

    it('shows dead work, and filters by kind and state', async () => {
      const dead = await tasks('?state=dead');
      expect(dead.items.map((task) => task.id)).toEqual(['evt_task_6', 'evt_task_5']);
      expect(dead.items[0]).toMatchObject({
        kind: 'webhook_events.handle',
        state: 'dead',
        sku: 'S-6',
        attempts: 12,
        nextTry: null,
        error: 'blamed',
      });
      expect((await tasks('?kind=webhook_events.handle&state=waiting')).items).toHaveLength(5);
      expect((await tasks('?kind=webhook_events.handle')).counts).toEqual({
        'webhook_events.handle': { waiting: 5, retrying: 0, dead: 2 },
      });
      expect((await tasks('?state=retrying')).items.every((task) => task.error !== null)).toBe(true);
      expect((await tasks('?connection=odoo')).items).toEqual([]);
      const { nextCursor } = await tasks('?limit=1');
      expect((await tasks(`?limit=1&cursor=${nextCursor}`)).counts).toBeNull();
    });

    it('has an alert while there is dead work', async () => {
      const review = () => shop.running.app.get(AlertReview).review();
      await review();
      await review();
      const { items } = await shop.get<{ items: object[] }>('/alerts?kind=given_up');
      expect(items).toMatchObject([
        { subject: 'webhook_events.handle', detail: expect.stringMatching(/^2 given up/) as string, times: 1 },
      ]);
      await shop.running.connection.collection('webhook_events').deleteMany({ 'handle.dead': true });
      await review();
      expect((await shop.get<{ items: object[] }>('/alerts?kind=given_up')).items).toEqual([]);
    });

    it('names what is wrong with a query', async () => {
      for (const query of ['kind=orders.dance', 'state=lost', 'cursor=W10', 'limit=0', 'colour=red'])
        expect(await shop.wrongFields(shop.call.get(`/tasks?${query}`))).toEqual([query.split('=')[0]]);
    });
  });
});
