import { createHmac } from 'node:crypto';
import { type ChannelConnector, type Connection, type WebhookIntent } from '../../src/connectors/contract.js';
import { type TiendanubeConnector } from '../../src/connectors/tiendanube/tiendanube.connector.js';
import { STORE, TiendanubeRig } from '../support/tiendanube-rig.js';
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

const SIGNATURE = 'x-linkedstore-hmac-sha256';
const WRONG_TOKEN = 'the-token-of-somebody-else';
const IMPATIENT_MS = 300;
const PUSH = 'PATCH /products/stock-price';

const event = (name: string, more: object, intent: WebhookIntent) => ({
  topic: 'event',
  body: { store_id: STORE, event: name, ...more },
  intent,
});

const WEBHOOKS: ChannelSubject['webhooks'] = [
  ...[
    'created',
    'updated',
    'paid',
    'packed',
    'unpacked',
    'fulfilled',
    'cancelled',
    'pending',
    'voided',
    'custom_fields_updated',
  ].map((what) => event(`order/${what}`, { id: 1_500_000_001 }, { kind: 'orderRef', orderId: '1500000001' })),
  event('order/edited', { id: '1500000001' }, { kind: 'orderRef', orderId: '1500000001', edited: true }),
  event('fulfillment_order/status_updated', { order_id: 17, status: 'PACKED' }, { kind: 'orderRef', orderId: '17' }),
  event('product/created', { id: 70 }, { kind: 'listingRef', skus: [], products: ['70'] }),
  event('product/updated', { id: 70 }, { kind: 'listingRef', skus: [], products: ['70'] }),
  event('location/updated', { id: '01FHZXHK8PTP9FVK99Z66GXASX' }, { kind: 'listingRef', skus: [] }),
  event('app/uninstalled', { id: 4321 }, { kind: 'account', what: 'uninstalled' }),
  event('app/suspended', {}, { kind: 'account', what: 'suspended' }),
  event('app/resumed', {}, { kind: 'account', what: 'resumed' }),
  event('customer/updated', { id: 1, event_launch_ts: 1 }, { kind: 'nothing', about: 'customer/updated' }),
  event('product/deleted', { id: 70 }, { kind: 'nothing', about: 'product/deleted' }),
  { topic: 'store-redact', body: { store_id: STORE }, intent: { kind: 'privacy', what: 'store/redact', orders: [] } },
  {
    topic: 'customers-redact',
    body: { store_id: STORE, orders_to_redact: [7, '8'] },
    intent: { kind: 'privacy', what: 'customers/redact', orders: ['7', '8'] },
  },
  {
    topic: 'customers-data-request',
    body: { store_id: STORE, orders_requested: [9], data_request: { id: 77 } },
    intent: { kind: 'privacy', what: 'customers/data_request', orders: ['9'], request: '77' },
  },
];

const UNKNOWN: ChannelSubject['unknown'] = [
  {
    what: 'an event that nobody knows',
    topic: 'event',
    body: { store_id: STORE, event: 'moon/risen', id: 1 },
    becomes: 'nothing',
  },
  {
    what: 'an order event without an order',
    topic: 'event',
    body: { store_id: STORE, event: 'order/created' },
    becomes: 'nothing',
  },
  { what: 'no event at all', topic: 'event', body: 'not json', becomes: 'nothing' },
];

/** Tiendanube's connector and a Tiendanube in this process. */
export async function tiendanubeBench(): Promise<ChannelSubject> {
  const rig = await TiendanubeRig.start();
  const { clientSecret, accessToken } = rig.account().settings;
  return {
    connector: rig.connector as unknown as ChannelConnector<never>,
    connection: rig.account() as unknown as Connection<never>,
    webhooks: WEBHOOKS,
    unknown: UNKNOWN,
    proofs: proofsWith(String(clientSecret)),
    troubles: troublesOf(rig),
    secrets: [String(accessToken), WRONG_TOKEN, String(clientSecret)],
    logged: () => JSON.stringify(rig.logs),
    channel: channelOf(rig),
    checks: checksOf(rig),
    swellList: () => {
      rig.sandbox.world.faults.add({ call: 'GET /products*', ...TOO_LARGE });
      return () => rig.sandbox.world.faults.list().length === 0;
    },
    reset: () => rig.reset(),
    stop: () => rig.stop(),
  };
}

function proofsWith(secret: string): Proofs {
  const signed = (rawBody: Buffer, key = secret) => createHmac('sha256', key).update(rawBody);
  return {
    good: (_topic, rawBody) => [{ headers: { [SIGNATURE]: signed(rawBody).digest('hex') } }],
    bad: (_topic, rawBody) => [
      { what: 'an HMAC made with another secret', headers: { [SIGNATURE]: signed(rawBody, 'another').digest('hex') } },
      { what: 'the HMAC in base64', headers: { [SIGNATURE]: signed(rawBody).digest('base64') } },
      { what: 'half an HMAC', headers: { [SIGNATURE]: signed(rawBody).digest('hex').slice(0, 40) } },
      { what: 'the secret itself', headers: { [SIGNATURE]: secret } },
      { what: 'an HMAC in another header', headers: { 'x-signature': signed(rawBody).digest('hex') } },
    ],
    ofBody: (_topic, rawBody) => [{ headers: { [SIGNATURE]: signed(rawBody).digest('hex') } }],
  };
}

function troublesOf(rig: TiendanubeRig): readonly Trouble[] {
  const push =
    (change: Parameters<TiendanubeRig['account']>[0] = {}, quantity = 1) =>
    (connector: AnyConnector) =>
      (connector as unknown as TiendanubeConnector).pushStock(
        [{ sku: 'PROD-001', quantity, externalId: rig.externalId('PROD-001') }],
        rig.account(change),
      );
  const fault = (what: Record<string, unknown>) => (connector: AnyConnector) => {
    rig.sandbox.world.faults.add({ call: PUSH, ...what });
    return push()(connector);
  };
  const read = (connector: AnyConnector) =>
    (connector as unknown as TiendanubeConnector).fetchOrder('1500000001', rig.account());
  const json = (status: number, body: unknown) => ({
    status,
    body: JSON.stringify(body),
    contentType: 'application/json',
  });
  return [
    { what: 'a token that holds no more', provoke: push({ accessToken: WRONG_TOKEN }), remedy: { do: 'pause' } },
    { what: 'no token', provoke: push({ accessToken: null }), remedy: { do: 'pause' } },
    {
      what: 'a store that is not paid for',
      provoke: async (connector) => {
        rig.sandbox.world.tiendanubePlays.store(String(STORE)).suspended = true;
        return push()(connector);
      },
      remedy: { do: 'pause' },
    },
    { what: 'a scope that was not granted', provoke: fault({ status: 403 }), remedy: { do: 'pause' } },
    {
      what: 'another address',
      provoke: push({ apiUrl: `${rig.sandbox.url}/tiendanube/elsewhere` }),
      remedy: { do: 'pause' },
    },
    { what: 'an internal error without words', provoke: fault({ status: 500 }), remedy: { do: 'retry' }, outage: true },
    { what: 'an answer that is too large', provoke: fault(TOO_LARGE), remedy: { do: 'retry' }, outage: true },
    {
      what: 'a page of a proxy',
      provoke: fault({ status: 502, body: '<!DOCTYPE html>' }),
      remedy: { do: 'retry' },
      outage: true,
    },
    { what: 'half an answer', provoke: fault({ status: 200, body: '[{"id":' }), remedy: { do: 'retry' }, outage: true },
    { what: 'a lost connection', provoke: fault({ drop: 'after' }), remedy: { do: 'retry' }, outage: true },
    {
      what: 'too many calls',
      provoke: async (connector) => {
        fillBucket(rig);
        return push()(connector);
      },
      remedy: { do: 'wait', only: 'pushes' },
      outage: true,
    },
    {
      what: 'pushes that are too large, however small',
      provoke: async (connector) => {
        rig.switch({ weightedLimit: true, weightCapacity: 1, weightPerSecond: 0 });
        return push()(connector);
      },
      remedy: { do: 'wait', only: 'pushes' },
      outage: true,
    },
    {
      what: 'too much reading',
      provoke: async (connector) => {
        fillBucket(rig);
        return read(connector);
      },
      remedy: { do: 'retry' },
      outage: true,
    },
    {
      what: 'a field that is not taken',
      provoke: fault(json(422, { stock: ['The stock is invalid.'] })),
      remedy: { do: 'giveUp' },
    },
    {
      what: 'JSON that is not understood',
      provoke: fault(json(400, { error: 'Problems parsing JSON' })),
      remedy: { do: 'giveUp' },
    },
    { what: 'a number that cannot be', provoke: push({}, -1), remedy: { do: 'giveUp' } },
  ];
}

/** Fills the bucket, on a plan on which it stays full, so that the next call is refused. */
function fillBucket(rig: TiendanubeRig): void {
  const { settings } = rig.account();
  const { plan } = rig.sandbox.world.tiendanubePlays.store(settings.storeId);
  if (plan === 'basic') return;
  for (let i = 0; i < 400; i += 1) {
    rig.sandbox.world.tiendanube.serve({
      method: 'GET',
      path: `/tiendanube/2025-03/${settings.storeId}/store`,
      rawQuery: '',
      query: new URLSearchParams(),
      headers: { authentication: `bearer ${settings.accessToken ?? ''}`, 'user-agent': settings.userAgent },
      body: '',
    });
  }
  rig.sandbox.world.tiendanubePlays.store(settings.storeId).plan = 'basic';
}

function checksOf(rig: TiendanubeRig): ChecksBench {
  const account = (...change: Parameters<TiendanubeRig['account']>) =>
    rig.account(...change) as unknown as Connection<never>;
  const refused = (call: string) => {
    rig.sandbox.world.faults.add({ call, status: 403, times: 0 });
    return account();
  };
  return {
    wrong: [
      {
        what: 'a wrong token',
        account: () => account({ accessToken: WRONG_TOKEN }),
        finds: 'checks.what.access_token',
      },
      { what: 'no token', account: () => account({ accessToken: null }), finds: 'checks.what.access_token' },
      {
        what: 'a store that is not paid for',
        account: () => {
          rig.sandbox.world.tiendanubePlays.store(String(STORE)).suspended = true;
          return account();
        },
        finds: 'checks.what.payment',
      },
      {
        what: 'an address where nobody is',
        account: () => account({ apiUrl: 'http://127.0.0.1:9' }),
        finds: 'checks.what.address',
      },
      {
        what: 'the address of something else',
        account: () => account({ apiUrl: `${rig.sandbox.url}/tiendanube/elsewhere` }),
        finds: 'checks.what.address',
      },
      { what: 'no right to read orders', account: () => refused('GET /orders'), finds: 'checks.what.orders' },
      { what: 'no right to read products', account: () => refused('GET /products'), finds: 'checks.what.products' },
      {
        what: 'a location that it does not have',
        account: () => account({}, [{ warehouse: 'main', externalId: 'NOT-THERE' }]),
        finds: 'checks.what.locations',
      },
    ],
    writes: () => rig.sandbox.world.calls.list().filter(({ name }) => !name.startsWith('GET ')).length,
  };
}

function channelOf(rig: TiendanubeRig): ChannelBench {
  return {
    sku: 'PROD-001',
    oddSkus: ['CAFÉ GRANO 250', 'PIÑATA-GRANDE', "SILLÓN (AZUL) 3/4*'!"],
    unknownSku: 'NOT, THERE',
    shown: (sku) => rig.shown(sku) ?? undefined,
    arrived: () => rig.sandbox.world.tiendanube.changes.list({ storeId: STORE, by: PUSH }).length,
    losePush: (when, how) => {
      rig.sandbox.world.faults.add({ call: PUSH, [how]: when });
      if (how === 'hang') rig.limitCalls(IMPATIENT_MS);
    },
    limit: (on) => {
      const { tiendanube } = rig.sandbox.world;
      if (on) fillBucket(rig);
      else {
        // A platform with the same state, whose buckets are empty.
        tiendanube.restore(tiendanube.state);
        rig.sandbox.world.tiendanubePlays.store(String(STORE)).plan = 'next';
        rig.rested(400);
      }
    },
    outcomeOf: async (connector, receipt) => {
      rig.limitCalls();
      return receipt.outcome ?? connector.pushOutcome(receipt.ref, rig.account() as never);
    },
    catalogue: () => rig.store().shown.map(({ sku, variantId }) => sku ?? `variant:${variantId}`),
    orders: ordersOf(rig),
  };
}

function ordersOf(rig: TiendanubeRig): OrdersBench {
  const plays = () => rig.sandbox.world.tiendanubePlays;
  const store = String(STORE);
  const after =
    (input: Record<string, unknown>, ...steps: readonly (readonly [string, Record<string, unknown>?])[]) =>
    async (): Promise<string> => {
      const sold: Record<string, unknown> = { quantity: 3, payment: 'pending', ...input };
      const { id } = plays().sell(store, { silent: true, ...(sold.lines ? {} : { sku: 'PROD-001' }), ...sold });
      for (const [what, more = {}] of steps) plays().change(store, String(id), what, { silent: true, ...more });
      return String(id);
    };
  const all = { 'PROD-001': 3 };
  const withoutSku = () => rig.store().shown.find(({ sku }) => sku === null)?.variantId ?? 0;
  const states: readonly OrderState[] = [
    { state: 'new', play: after({}), status: 'created', units: all },
    { state: 'paid', play: after({}, ['pay']), status: 'paid', units: all },
    {
      state: 'packed',
      play: after({}, ['pay'], ['ship', { status: 'unshipped' }]),
      status: 'ready_to_ship',
      units: all,
    },
    { state: 'shipped', play: after({}, ['pay'], ['ship']), status: 'shipped', units: all },
    { state: 'shipped before it was paid', play: after({}, ['ship']), status: 'shipped', units: all },
    {
      state: 'delivered',
      play: after({}, ['pay'], ['ship', { status: 'delivered' }]),
      status: 'delivered',
      units: all,
    },
    { state: 'archived', play: after({ payment: 'paid' }, ['ship'], ['close']), status: 'shipped', units: all },
    { state: 'cancelled, its units put back', play: after({}, ['cancel']), status: 'cancelled', units: all },
    {
      state: 'cancelled, its units kept',
      play: after({}, ['pay'], ['cancel', { restock: false }]),
      status: 'cancelled',
      units: all,
    },
    { state: 'opened again', play: after({}, ['pay'], ['cancel'], ['reopen']), status: 'paid', units: all },
    { state: 'given back', play: after({}, ['payment', { status: 'refunded' }]), status: 'created', units: all },
    { state: 'of Mercado Libre', play: after({ storefront: 'meli', payment: 'paid' }), status: 'paid', units: all },
    {
      state: 'with one variant on several lines',
      play: after({
        lines: [{ sku: 'PROD-001' }, { sku: 'PROD-001', quantity: 2, properties: ['Para Ana'] }, { sku: 'PROD-002' }],
      }),
      status: 'created',
      units: { 'PROD-001': 3, 'PROD-002': 1 },
    },
    {
      state: 'edited',
      play: async () => {
        const ref = await after({})();
        const line = plays().order(plays().store(store), ref).lines[0];
        plays().change(store, ref, 'edit', {
          silent: true,
          lines: [
            { lineId: line?.id, quantity: 1 },
            { sku: 'PROD-002', quantity: 2 },
          ],
        });
        return ref;
      },
      status: 'created',
      units: { 'PROD-001': 1, 'PROD-002': 2 },
    },
    {
      state: 'of more than there was',
      play: after({ quantity: 500, force: true }),
      status: 'created',
      units: { 'PROD-001': 500 },
    },
  ];
  return {
    states: [
      ...states,
      {
        state: 'of something without a SKU',
        play: async () => after({ lines: [{ variantId: withoutSku(), quantity: 2 }] })(),
        status: 'created',
        get units() {
          return { [`variant:${withoutSku()}`]: 2 };
        },
      },
    ],
    unknownRef: '987654321',
    webhookOf: (ref) => ({ topic: 'event', body: { store_id: STORE, event: 'order/created', id: Number(ref) } }),
    change: async (ref) => {
      const order = plays().change(store, ref, 'ship', { silent: true, status: 'unshipped' });
      // Times are in whole seconds.
      order.updatedAt += 1_000;
    },
    buyer: ['Cliente', 'Springfield', '20000000001', '+541100000000', 'Para Ana'],
  };
}
