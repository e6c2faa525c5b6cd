import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { HttpService } from '@nestjs/axios';
import { Test, type TestingModule } from '@nestjs/testing';
import { OutboundModule } from '../../../src/common/http/http.module.js';
import { OutboundService } from '../../../src/common/http/outbound.service.js';
import { LogSink, type LogEntry } from '../../../src/common/log-sink.js';
import { type OdooSettings } from '../../../src/connectors/odoo/settings.js';
import { DEFAULT_SELLING, type ErpTransfer } from '../../../src/connectors/contract.js';
import { OdooConnector } from '../../../src/connectors/odoo/odoo.connector.js';
import { OdooModule } from '../../../src/connectors/odoo/odoo.module.js';
import { OdooService, type OdooConnection } from '../../../src/connectors/odoo/odoo.service.js';
import { Global, Module } from '@nestjs/common';
import { FaultyOutbound } from './faulty-outbound.js';
import { Warehouseman } from './warehouseman.js';

/** The real server, from the environment of the tests. */
export interface OdooServer {
  readonly url: string;
  readonly db: string;
  readonly username: string;
  readonly password: string;
  readonly apiKey: string;
}

/** @throws Error that names the missing variables */
export function serverOfEnvironment(): OdooServer {
  const read = (...names: string[]): string => {
    const value = names.map((name) => process.env[name]).find((one) => one !== undefined && one !== '');
    if (value === undefined) throw new Error(`these tests need a real Odoo 19: set ${names.join(' or ')}`);
    return value;
  };
  return {
    url: read('ODOO_URL').replace(/\/+$/, ''),
    db: read('ODOO_DB'),
    username: read('ODOO_USERNAME', 'ODOO_LOGIN'),
    password: read('ODOO_PASSWORD'),
    apiKey: read('ODOO_API_KEY'),
  };
}

class CollectingSink extends LogSink {
  readonly entries: LogEntry[] = [];
  write(entry: LogEntry): void {
    this.entries.push(entry);
  }
}

@Global()
@Module({ providers: [{ provide: LogSink, useClass: CollectingSink }], exports: [LogSink] })
class CollectingLogs {}

export type Protocol = 'JSON-2' | 'JSON-RPC';

/** Connects a rig to one server. */
export type Start = (protocol?: Protocol) => Promise<Rig>;

/** Connects a rig to the real server of the environment. */
export const startReal: Start = async (protocol) => Rig.start(protocol ?? 'JSON-2', serverOfEnvironment());

/** The connector as the application has it, for one server, with its outbound client under the test's control. */
export class Rig {
  /** Different for each run on the same server. */
  readonly installation = `t${randomBytes(4).toString('hex')}`;
  private counter = 0;

  private constructor(
    private readonly module: TestingModule,
    readonly server: OdooServer,
    readonly protocol: Protocol,
  ) {}

  static async start(protocol: Protocol, server: OdooServer): Promise<Rig> {
    const module = await Test.createTestingModule({ imports: [CollectingLogs, OutboundModule, OdooModule] })
      .overrideProvider(OutboundService)
      .useFactory({
        factory: (http: HttpService, logs: LogSink) => new FaultyOutbound(http, logs),
        inject: [HttpService, LogSink],
      })
      .compile();
    return new Rig(module, server, protocol);
  }

  stop(): Promise<void> {
    return this.module.close();
  }

  get connector(): OdooConnector {
    return this.module.get(OdooConnector);
  }

  get odoo(): OdooService {
    return this.module.get(OdooService);
  }

  /** A connector with empty caches, as after a restart. */
  restarted(): OdooConnector {
    return new OdooConnector(new OdooService(this.outbound));
  }

  get outbound(): FaultyOutbound {
    return this.module.get<FaultyOutbound>(OutboundService);
  }

  get logs(): readonly LogEntry[] {
    return this.module.get<CollectingSink>(LogSink).entries;
  }

  /** A person's acts in Odoo, without the connector. */
  get warehouseman(): Warehouseman {
    return new Warehouseman(this.server);
  }

  connection(changes: Partial<OdooSettings> = {}): OdooConnection {
    const { url, db, username, password, apiKey } = this.server;
    const account =
      this.protocol === 'JSON-2' ? { username: null, password: null, apiKey } : { username, password, apiKey: null };
    const settings = { url, db, ...account, webhookSecret: null, warehouse: null, timeoutMs: 60_000, ...changes };
    return {
      id: `odoo-${this.protocol}`,
      connector: 'odoo',
      publishing: 'live',
      installation: this.installation,
      selling: DEFAULT_SELLING,
      warehouses: [{ warehouse: 'main', externalId: settings.warehouse }],
      settings,
    };
  }

  sku(): string {
    return `${this.installation}-${++this.counter}`;
  }

  order(): string {
    return `FAL-${this.installation}-${++this.counter}`;
  }

  /** A sale of one line under a unique name. */
  sale(sku: string, quantity: number, changes: Partial<ErpTransfer> = {}): ErpTransfer {
    const order = this.order();
    return {
      name: `${this.installation}/falabella/${order}/1`,
      origin: order,
      direction: 'out',
      warehouse: 'main',
      lines: [{ sku, quantity }],
      ifShort: 'wait',
      ...changes,
    };
  }
}
