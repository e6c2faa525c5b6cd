import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type ChannelConnector, type Connection, type WebhookIntent } from '../../src/connectors/contract.js';
import { type FalabellaConnector } from '../../src/connectors/falabella/falabella.connector.js';
import { FalabellaRig, WEBHOOK_SECRET, WEBHOOK_TOKEN } from '../support/falabella-rig.js';
import {
  TOO_LARGE,
  type AnyConnector,
  type ChannelBench,
  type ChannelSubject,
  type ChecksBench,
  type OrdersBench,
  type OrderState,
  type Proofs,
  type Trouble,
} from './bench.js';

const SIGNATURE = 'x-falabella-signature';
const WRONG_KEY = 'the-api-key-of-somebody-else';
const IMPATIENT_MS = 300;

const hmac = (rawBody: Buffer, secret = WEBHOOK_SECRET) =>
  `sha256=${createHmac('sha256', secret).update(rawBody).digest('hex')}`;
const event = (name: string, payload: unknown, intent: WebhookIntent) => ({
  topic: 'event',
  body: { event: name, payload },
  intent,
});

const WEBHOOKS: ChannelSubject['webhooks'] = [
  {
    topic: 'order',
    body: {
      orderId: 'FAL-12345',
      products: [
        { sku: 'PROD-001', quantity: 2, price: 29990 },
        { sku: 'PROD-001', quantity: 1 },
      ],
      status: 'confirmed',
      timestamp: '2025-12-16T10:00:00Z',
    },
    intent: {
      kind: 'order',
      order: {
        orderId: 'FAL-12345',
        status: 'confirmed',
        statusText: 'confirmed',
        lines: [{ lineId: 'PROD-001', sku: 'PROD-001', quantity: 3 }],
        version: Date.parse('2025-12-16T10:00:00Z'),
      },
    },
  },
  {
    topic: 'stock',
    body: { sku: 'PROD-001', quantity: 12 },
    intent: { kind: 'channelStock', sku: 'PROD-001', quantity: 12 },
  },
  event('onOrderCreated', { OrderId: 1001 }, { kind: 'orderRef', orderId: '1001' }),
  event(
    'onOrderItemsStatusChanged',
    { OrderId: '1001', OrderItemIds: ['1', '2'], NewStatus: 'canceled' },
    { kind: 'orderRef', orderId: '1001' },
  ),
  event('onFeedCreated', { Feed: 'f-1' }, { kind: 'nothing', about: 'onFeedCreated' }),
  event('onFeedCompleted', { Feed: 'f-1' }, { kind: 'pushRef', ref: 'f-1' }),
  event('onProductCreated', { SellerSkus: ['PROD-001'] }, { kind: 'listingRef', skus: ['PROD-001'] }),
  event(
    'onProductUpdated',
    { SellerSkus: ['PROD-001', 'CAFÉ 250'] },
    { kind: 'listingRef', skus: ['PROD-001', 'CAFÉ 250'] },
  ),
  event('onProductQcStatusChanged', { SellerSkus: ['PROD-001'] }, { kind: 'listingRef', skus: ['PROD-001'] }),
];

const UNKNOWN: ChannelSubject['unknown'] = [
  {
    what: 'an order without products',
    topic: 'order',
    body: { orderId: 'FAL-1', status: 'confirmed' },
    becomes: 'refused',
  },
  { what: 'stock of nothing', topic: 'stock', body: { sku: '', quantity: 1 }, becomes: 'refused' },
  {
    what: 'an event that nobody knows',
    topic: 'event',
    body: { event: 'onMoonrise', payload: { OrderId: 1 } },
    becomes: 'nothing',
  },
  {
    what: 'an event of a sister platform',
    topic: 'event',
    body: { event: 'onStatisticsUpdated', payload: {} },
    becomes: 'nothing',
  },
  { what: 'no event at all', topic: 'event', body: 'not json', becomes: 'nothing' },
];

const PROOFS: Proofs = {
  good: (topic, rawBody) =>
    topic === 'event'
      ? [{ token: WEBHOOK_TOKEN }]
      : [{ headers: { [SIGNATURE]: WEBHOOK_SECRET } }, { headers: { [SIGNATURE]: hmac(rawBody) } }],
  bad: (topic, rawBody) =>
    topic === 'event'
      ? [
          { what: 'another token', token: 'a-token-that-nobody-else-knew' },
          { what: 'the secret of the other webhooks', headers: { [SIGNATURE]: WEBHOOK_SECRET } },
          { what: 'an empty token', token: '' },
        ]
      : [
          { what: 'another secret', headers: { [SIGNATURE]: 'another_secret' } },
          { what: 'an HMAC made with another secret', headers: { [SIGNATURE]: hmac(rawBody, 'another_secret') } },
          { what: 'half an HMAC', headers: { [SIGNATURE]: hmac(rawBody).slice(0, 40) } },
          { what: 'the token of the other webhooks', token: WEBHOOK_TOKEN },
        ],
  ofBody: (topic, rawBody) => (topic === 'event' ? [] : [{ headers: { [SIGNATURE]: hmac(rawBody) } }]),
};

/** Falabella's connector and a Falabella in this process. */
export async function falabellaBench(): Promise<ChannelSubject> {
  const rig = await FalabellaRig.start();
  return {
    connector: rig.connector as unknown as ChannelConnector<never>,
    connection: rig.account() as unknown as Connection<never>,
    webhooks: WEBHOOKS,
    unknown: UNKNOWN,
    proofs: PROOFS,
    troubles: troublesOf(rig),
    secrets: [
      String(rig.account().settings.apiKey),
      WRONG_KEY,
      WEBHOOK_SECRET,
      WEBHOOK_TOKEN,
      String(rig.account().settings.userId),
      'Signature=',
    ],
    logged: () => JSON.stringify(rig.logs),
    channel: channelOf(rig),
    checks: checksOf(rig),
    swellList: () => {
      rig.sandbox.world.faults.add({ action: 'GetProducts', ...TOO_LARGE });
      return () => rig.sandbox.world.faults.list().length === 0;
    },
    reset: () => rig.reset(),
    stop: () => rig.stop(),
  };
}

function troublesOf(rig: FalabellaRig): readonly Trouble[] {
  const items = [{ sku: 'PROD-001', quantity: 1 }];
  const push =
    (change: Parameters<FalabellaRig['account']>[0] = {}) =>
    (connector: AnyConnector) =>
      (connector as unknown as FalabellaConnector).pushStock(items, rig.account(change));
  const fault = (what: Record<string, unknown>) => (connector: AnyConnector) => {
    rig.sandbox.world.faults.add({ action: 'UpdateStock', ...what });
    return push()(connector);
  };
  const read = (what: Record<string, unknown>) => (connector: AnyConnector) => {
    rig.sandbox.world.faults.add({ action: 'GetOrder', ...what });
    return (connector as unknown as FalabellaConnector).fetchOrder('1001', rig.account());
  };
  return [
    { what: 'a wrong key', provoke: push({ apiKey: WRONG_KEY }), remedy: { do: 'pause' } },
    { what: 'a wrong user', provoke: push({ userId: 'nobody@example.com' }), remedy: { do: 'pause' } },
    { what: 'no key', provoke: push({ apiKey: null }), remedy: { do: 'pause' } },
    {
      what: 'a role that may not',
      provoke: async (connector) => {
        rig.switch({ role: 'orders' });
        return push()(connector);
      },
      remedy: { do: 'pause' },
    },
    { what: 'a clock that is off', provoke: fault({ code: 3 }), remedy: { do: 'pause' } },
    { what: 'another address', provoke: push({ apiUrl: `${rig.sandbox.url}/elsewhere/` }), remedy: { do: 'pause' } },
    { what: 'an internal error in HTTP 200', provoke: fault({ code: 6 }), remedy: { do: 'retry' }, outage: true },
    { what: 'an application error', provoke: fault({ code: 1000 }), remedy: { do: 'retry' }, outage: true },
    { what: 'an answer that is too large', provoke: fault(TOO_LARGE), remedy: { do: 'retry' }, outage: true },
    {
      what: 'a page of a proxy',
      provoke: fault({ status: 502, body: '<!DOCTYPE html>' }),
      remedy: { do: 'retry' },
      outage: true,
    },
    {
      what: 'half an answer',
      provoke: fault({ status: 200, body: '<SuccessResponse><Head>' }),
      remedy: { do: 'retry' },
      outage: true,
    },
    { what: 'a lost connection', provoke: fault({ drop: 'after' }), remedy: { do: 'retry' }, outage: true },
    { what: 'too many pushes', provoke: fault({ code: 429 }), remedy: { do: 'wait' }, outage: true },
    { what: 'too much reading', provoke: read({ code: 429 }), remedy: { do: 'retry' }, outage: true },
    { what: 'a request that is not understood', provoke: fault({ code: 5 }), remedy: { do: 'giveUp' } },
    {
      what: 'a SKU that cannot be written',
      provoke: (connector) =>
        (connector as unknown as FalabellaConnector).pushStock([{ sku: 'A\u0000', quantity: 1 }], rig.account()),
      remedy: { do: 'giveUp' },
    },
  ];
}

function checksOf(rig: FalabellaRig): ChecksBench {
  const account = (...change: Parameters<FalabellaRig['account']>) =>
    rig.account(...change) as unknown as Connection<never>;
  const switched = (change: Parameters<FalabellaRig['switch']>[0]) => {
    rig.switch(change);
    return account();
  };
  return {
    wrong: [
      { what: 'a wrong key', account: () => account({ apiKey: WRONG_KEY }), finds: 'checks.what.api_key' },
      { what: 'a wrong user', account: () => account({ userId: 'nobody@example.com' }), finds: 'checks.what.api_key' },
      { what: 'no key', account: () => account({ apiKey: null }), finds: 'checks.what.api_key' },
      {
        what: 'an address where nobody is',
        account: () => account({ apiUrl: 'http://127.0.0.1:9/' }),
        finds: 'checks.what.address',
      },
      {
        what: 'the address of something else',
        account: () => account({ apiUrl: `${rig.sandbox.url}/elsewhere/` }),
        finds: 'checks.what.address',
      },
      {
        what: 'a clock that is off',
        account: () => switched({ timestampWindowSeconds: -1 }),
        finds: 'checks.what.clock',
      },
      { what: 'no right to read orders', account: () => switched({ role: 'products' }), finds: 'checks.what.orders' },
      { what: 'no right to read products', account: () => switched({ role: 'orders' }), finds: 'checks.what.products' },
      {
        what: 'a warehouse that it does not have',
        account: () => account({}, [{ warehouse: 'main', externalId: 'NOT-THERE' }]),
        finds: 'checks.what.warehouses',
      },
    ],
    writes: () => rig.sandbox.world.calls.list().filter(({ name }) => !name.startsWith('Get')).length,
  };
}

function channelOf(rig: FalabellaRig): ChannelBench {
  return {
    sku: 'PROD-001',
    oddSkus: ['CAFÉ GRANO 250', 'PIÑATA-GRANDE', "SILLÓN (AZUL) 3/4*'!"],
    unknownSku: 'NOT, THERE',
    shown: (sku) => rig.shown(sku),
    arrived: () => rig.feedsMade,
    losePush: (when, how) => {
      rig.sandbox.world.faults.add({ action: 'UpdateStock', [how]: when });
      if (how === 'hang') rig.limitCalls(IMPATIENT_MS);
    },
    limit: (on) => {
      const now = Date.now();
      rig.switch({ feedLimit: on, feedIntervalMs: 60_000 });
      rig.sandbox.world.falabella.state.feedGate = { windowStart: now, used: 1_000, lastAt: now };
    },
    outcomeOf: async (connector, receipt) => {
      rig.limitCalls();
      let outcome = receipt.outcome;
      while (!outcome || outcome.state === 'pending') {
        await delay(10);
        outcome = await connector.pushOutcome(receipt.ref, rig.account() as never);
      }
      return outcome;
    },
    catalogue: () => Object.keys(rig.sandbox.world.falabella.state.products),
    orders: ordersOf(rig),
  };
}

function ordersOf(rig: FalabellaRig): OrdersBench {
  const shop = () => rig.sandbox.world.orders;
  const sold = async (input: Record<string, unknown>) => (await shop().sell({ webhook: 'none', ...input })).order;
  const after =
    (...statuses: readonly (string | readonly [string, number])[]) =>
    async (): Promise<string> => {
      const { id, number } = await sold({ sku: 'PROD-001', quantity: 3 });
      for (const step of statuses) {
        const [status, quantity] = typeof step === 'string' ? [step, undefined] : step;
        await shop().change(number, status, { webhook: 'none', quantity });
      }
      return String(id);
    };
  const all = { 'PROD-001': 3 };
  const states: readonly OrderState[] = [
    { state: 'new', play: after(), status: 'created', units: all },
    { state: 'ready to ship', play: after('ready_to_ship'), status: 'ready_to_ship', units: all },
    { state: 'shipped', play: after('ready_to_ship', 'shipped'), status: 'shipped', units: all },
    { state: 'delivered', play: after('ready_to_ship', 'shipped', 'delivered'), status: 'delivered', units: all },
    { state: 'cancelled', play: after('canceled'), status: 'cancelled', units: all },
    { state: 'cancelled in part', play: after(['canceled', 1]), status: 'created', units: { 'PROD-001': 2 } },
    { state: 'shipped in part', play: after(['ready_to_ship', 1], ['shipped', 1]), status: 'created', units: all },
    {
      state: 'on its way back',
      play: after('shipped', 'delivered', 'return_shipped_by_customer'),
      status: 'delivered',
      units: all,
    },
    { state: 'come back', play: after('shipped', 'delivered', 'returned'), status: 'returned', units: all },
    {
      state: 'come back in part',
      play: after('shipped', 'delivered', ['returned', 2]),
      status: 'delivered',
      units: { 'PROD-001': 1 },
    },
    { state: 'failed to be delivered', play: after('shipped', 'failed'), status: 'unknown', units: all },
    {
      state: 'delivered by Falabella itself',
      play: async () => String((await sold({ lines: [{ sku: 'PROD-049', quantity: 2, fulfilled: true }] })).id),
      status: 'created',
      units: {},
    },
    {
      state: 'delivered by Falabella in part',
      play: async () => String((await sold({ lines: [{ sku: 'PROD-049', fulfilled: true }, { sku: 'PROD-002' }] })).id),
      status: 'created',
      units: { 'PROD-002': 1 },
    },
    {
      state: 'without items yet',
      play: async () => String((await sold({ sku: 'PROD-001', lateMs: 3_600_000 })).id),
      status: 'created',
      units: {},
    },
  ];
  return {
    states,
    unknownRef: '987654321',
    webhookOf: (ref) => ({ topic: 'event', body: { event: 'onOrderCreated', payload: { OrderId: Number(ref) } } }),
    change: async (ref) => {
      await shop().change(ref, 'ready_to_ship', { webhook: 'none' });
      const order = rig.sandbox.world.falabella.state.orders.find(({ id }) => id === Number(ref));
      // Times are in whole seconds.
      if (order) order.updatedAt += 1_000;
    },
    buyer: ['Cliente', 'De Prueba', 'TarjetaDePrueba'],
  };
}
