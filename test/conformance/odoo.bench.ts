import { startSandbox, type Sandbox } from '../../sandbox/server.js';
import { type OdooSettings } from '../../src/connectors/odoo/settings.js';
import { type Connection, type ErpConnector } from '../../src/connectors/contract.js';
import { type OdooConnector } from '../../src/connectors/odoo/odoo.connector.js';
import { Rig } from '../odoo/support/rig.js';
import {
  TOO_LARGE,
  type AnyConnector,
  type ChecksBench,
  type ErpBench,
  type ErpSubject,
  type Proofs,
  type Trouble,
} from './bench.js';

const TOPIC = 'stock-change';
const HEADER = 'x-odoo-webhook-secret';
const SECRET = 'a-secret-of-this-odoo';
const WRONG_KEY = 'the-api-key-of-somebody-else';
const SKUS = ['PROD-001', 'CAFÉ GRANO 250'];

const WEBHOOKS: ErpSubject['webhooks'] = [
  {
    topic: TOPIC,
    body: { _model: 'stock.quant', _id: 7, _action: 'x(#1)', product_id: 3, location_id: 8, quantity: 12 },
    intent: { kind: 'erpStock', productRef: '3', reported: 12 },
  },
  {
    topic: TOPIC,
    body: { _model: 'stock.move', _id: 9, product_id: 3, state: 'done' },
    intent: { kind: 'erpStock', productRef: '3' },
  },
  {
    topic: TOPIC,
    body: { _model: 'product.product', _id: 3, id: 3, default_code: 'PROD-001', qty_available: 12 },
    intent: { kind: 'erpStock', productRef: '3', sku: 'PROD-001', reported: 12 },
  },
  {
    topic: TOPIC,
    body: { sku: 'PROD-001', quantity: 50 },
    intent: { kind: 'erpStock', sku: 'PROD-001', reported: 50 },
  },
];

const UNKNOWN: ErpSubject['unknown'] = [
  { what: 'a model that is no stock', topic: TOPIC, body: { _model: 'res.partner', _id: 3 }, becomes: 'refused' },
  { what: 'a quant without its product', topic: TOPIC, body: { _model: 'stock.quant', _id: 3 }, becomes: 'refused' },
  { what: 'nothing at all', topic: TOPIC, body: {}, becomes: 'refused' },
  { what: 'a list', topic: TOPIC, body: [], becomes: 'refused' },
];

const PROOFS: Proofs = {
  good: () => [{ query: { token: SECRET } }, { headers: { [HEADER]: SECRET } }],
  bad: () => [
    { what: 'another secret in the address', query: { token: 'another_secret' } },
    { what: 'another secret in the header', headers: { [HEADER]: 'another_secret' } },
    { what: 'an empty secret', query: { token: '' } },
    { what: 'half the secret', headers: { [HEADER]: SECRET.slice(0, 8) } },
  ],
  // Odoo signs nothing.
  ofBody: () => [],
};

/** Odoo's connector and an Odoo in this process. */
export async function odooBench(): Promise<ErpSubject> {
  const sandbox = await startSandbox({ settings: { odoo: { webhooks: false } }, say: () => undefined });
  const defaults = structuredClone(sandbox.settings.odoo);
  const rig = await Rig.start('JSON-2', {
    url: `${sandbox.url}/odoo`,
    db: 'sandbox',
    username: 'admin',
    password: 'sandbox',
    apiKey: sandbox.settings.odoo.apiKey,
  });
  const account = (change: Partial<OdooSettings> = {}) => rig.connection({ webhookSecret: SECRET, ...change });
  let loggedBefore = 0;
  return {
    connector: rig.connector as unknown as ErpConnector<never>,
    connection: account() as unknown as Connection<never>,
    webhooks: WEBHOOKS,
    unknown: UNKNOWN,
    proofs: PROOFS,
    troubles: troublesOf(rig, sandbox, account),
    secrets: [defaults.apiKey, WRONG_KEY, SECRET],
    logged: () => JSON.stringify(rig.logs.slice(loggedBefore)),
    erp: erpOf(rig, sandbox),
    checks: checksOf(sandbox, account),
    swellList: () => {
      sandbox.world.faults.add({ method: 'product.product.search_read', ...TOO_LARGE });
      return () => sandbox.world.faults.list().length === 0;
    },
    reset: () => {
      sandbox.world.reset();
      Object.assign(sandbox.settings.odoo, structuredClone(defaults));
      loggedBefore = rig.logs.length;
    },
    stop: async () => {
      await rig.stop();
      await sandbox.close();
    },
  };
}

function troublesOf(
  rig: Rig,
  sandbox: Sandbox,
  account: (change?: Partial<OdooSettings>) => ReturnType<Rig['connection']>,
): readonly Trouble[] {
  const observe =
    (change: Partial<OdooSettings> = {}) =>
    (connector: AnyConnector) =>
      (connector as unknown as OdooConnector).observeStock(SKUS, account(change));
  const sell = (sku: string) => (connector: AnyConnector) =>
    (connector as unknown as OdooConnector).transfer(rig.sale(sku, 1), account());
  const fault =
    (what: Record<string, unknown>, method = 'product.product.*') =>
    (connector: AnyConnector) => {
      sandbox.world.faults.add({ method, times: 0, ...what });
      return observe()(connector);
    };
  return [
    { what: 'a wrong key', provoke: observe({ apiKey: WRONG_KEY }), remedy: { do: 'pause' } },
    {
      what: 'neither key nor password',
      provoke: observe({ apiKey: null, username: null, password: null }),
      remedy: { do: 'pause' },
    },
    { what: 'a user who may not', provoke: fault({ status: 403 }), remedy: { do: 'pause' } },
    { what: 'an address that leads elsewhere', provoke: fault({ status: 301 }), remedy: { do: 'pause' } },
    { what: 'an answer that is too large', provoke: fault(TOO_LARGE), remedy: { do: 'retry' }, outage: true },
    {
      what: 'a page of a proxy',
      provoke: fault({ status: 502, body: '<html>' }),
      remedy: { do: 'retry' },
      outage: true,
    },
    { what: 'a lost connection', provoke: fault({ drop: 'before' }), remedy: { do: 'retry' }, outage: true },
    { what: 'too many calls', provoke: fault({ status: 429 }), remedy: { do: 'wait' }, outage: true },
    {
      what: 'a database that is away',
      provoke: async (connector) => {
        sandbox.settings.odoo.databaseDown = true;
        return observe()(connector);
      },
      remedy: { do: 'retry' },
      outage: true,
    },
    { what: 'a product that is not there', provoke: sell('NOT-THERE'), remedy: { do: 'giveUp' } },
  ];
}

function checksOf(
  sandbox: Sandbox,
  account: (change?: Partial<OdooSettings>) => ReturnType<Rig['connection']>,
): ChecksBench {
  const as = (connection: ReturnType<Rig['connection']>) => connection as unknown as Connection<never>;
  const login = { apiKey: null, username: 'admin', password: WRONG_KEY };
  return {
    wrong: [
      { what: 'a wrong key', account: () => as(account({ apiKey: WRONG_KEY })), finds: 'checks.what.api_key' },
      { what: 'a wrong password', account: () => as(account(login)), finds: 'checks.what.login' },
      { what: 'neither key nor password', account: () => as(account({ apiKey: null })), finds: 'checks.what.login' },
      {
        what: 'a database that is not there',
        account: () => as(account({ db: 'another' })),
        finds: 'checks.what.database',
      },
      {
        what: 'an address where nobody is',
        account: () => as(account({ url: 'http://127.0.0.1:9' })),
        finds: 'checks.what.address',
      },
      {
        what: 'a user who may only look',
        account: () => {
          sandbox.settings.odoo.rights = 'read';
          return as(account());
        },
        finds: 'checks.what.deliveries',
      },
      {
        what: 'a warehouse that it does not have',
        account: () => as({ ...account(), warehouses: [{ warehouse: 'main', externalId: 'NOPE' }] }),
        finds: 'checks.what.warehouses',
      },
    ],
    writes: () =>
      sandbox.world.calls.list().filter(({ name }) => /\.(create|write|unlink|action_\w+|button_\w+)$/.test(name))
        .length,
  };
}

function erpOf(rig: Rig, sandbox: Sandbox): ErpBench {
  const steps = { make: 'stock.picking.create', book: 'stock.picking.button_validate' };
  return {
    skus: SKUS,
    unknownSku: 'NOT-THERE',
    stockOf: (sku) => {
      const [product] = sandbox.state(sku).odoo.products;
      if (!product) throw new Error(`Odoo has no ${sku}`);
      return { onHand: product.onHand, free: product.free };
    },
    sale: (sku, quantity, changes) => rig.sale(sku, quantity, changes),
    lose: (step, when) => void sandbox.world.faults.add({ method: steps[step], drop: when }),
    booked: (name) =>
      sandbox.state().odoo.pickings.filter((picking) => picking.name === name && picking.state === 'done').length,
    occupy: async (name) => {
      await sandbox.world.odooPlays.transfer('delivery', { sku: 'PROD-002', quantity: 1, name, validate: false });
    },
  };
}
