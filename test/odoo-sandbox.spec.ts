import { startSandbox, type Sandbox } from '../sandbox/server.js';
import { OdooUnavailableError } from '../src/connectors/odoo/errors.js';
import { type OdooServer, Rig, type Start } from './odoo/support/rig.js';
import { cancelSuite } from './odoo/suites/cancel.suite.js';
import { crashSuite } from './odoo/suites/crash.suite.js';
import { listSuite } from './odoo/suites/list.suite.js';
import { observeSuite } from './odoo/suites/observe.suite.js';
import { shortSuite } from './odoo/suites/short.suite.js';
import { takenSuite } from './odoo/suites/taken.suite.js';
import { transferSuite } from './odoo/suites/transfer.suite.js';

let sandbox: Sandbox;

/** The sandbox's own sample credentials. */
const server = (): OdooServer => ({
  url: `${sandbox.url}/odoo`,
  db: 'sandbox',
  username: 'admin',
  password: 'sandbox',
  apiKey: sandbox.settings.odoo.apiKey,
});
const start: Start = async (protocol) => Rig.start(protocol ?? 'JSON-2', server());

beforeAll(async () => {
  sandbox = await startSandbox({ settings: { odoo: { webhooks: false } }, say: () => undefined });
});
afterAll(() => sandbox.close());

describe.each([
  ['as it comes', {}],
  ['with every quant split and every text translated', { splitQuants: true, translated: true }],
] as const)("the sandbox's Odoo %s", (_how, settings) => {
  beforeAll(() => {
    Object.assign(sandbox.settings.odoo, { splitQuants: false, translated: false }, settings);
  });

  observeSuite(start);
  takenSuite(start);
  listSuite(start);
  transferSuite(start);
  cancelSuite(start);
  shortSuite(start);
  crashSuite(start);
});

describe("the sandbox's Odoo without its database", () => {
  afterAll(() => {
    sandbox.settings.odoo.databaseDown = false;
  });

  it.each(['JSON-2', 'JSON-RPC'] as const)('is unreachable, and comes back, by %s', async (protocol) => {
    const rig = await start(protocol);
    sandbox.settings.odoo.databaseDown = true;
    const error: unknown = await rig.connector
      .observeStock(['PROD-001'], rig.connection())
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OdooUnavailableError);
    expect(rig.connector.classify(error)).toEqual({ do: 'retry' });
    sandbox.settings.odoo.databaseDown = false;
    expect((await rig.connector.observeStock(['PROD-001'], rig.connection())).stock).toHaveLength(1);
    await rig.stop();
  });
});
