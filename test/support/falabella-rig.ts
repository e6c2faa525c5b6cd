import { setTimeout as delay } from 'node:timers/promises';
import { Global, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { startSandbox, type Sandbox } from '../../sandbox/server.js';
import { type FalabellaSettings as SandboxSettings } from '../../sandbox/settings.js';
import { OutboundModule } from '../../src/common/http/http.module.js';
import { LogSink, type LogEntry } from '../../src/common/log-sink.js';
import { type FalabellaSettings } from '../../src/connectors/falabella/settings.js';
import {
  DEFAULT_SELLING,
  type Connection,
  type PushOutcome,
  type PushReceipt,
  type WarehouseLink,
} from '../../src/connectors/contract.js';
import { FalabellaConnector } from '../../src/connectors/falabella/falabella.connector.js';
import { FalabellaModule } from '../../src/connectors/falabella/falabella.module.js';
import { FalabellaClientOptions } from '../../src/connectors/falabella/falabella.options.js';
import { FalabellaService } from '../../src/connectors/falabella/falabella.service.js';

export type Format = 'XML' | 'JSON';
export type FalabellaAccount = Connection<FalabellaSettings>;

export const WEBHOOK_SECRET = 'your_webhook_secret';
export const WEBHOOK_TOKEN = 'a-token-that-nobody-else-knows';
const PATIENT_MS = 20_000;

class CollectedLogs extends LogSink {
  readonly entries: LogEntry[] = [];
  write(entry: LogEntry): void {
    this.entries.push(entry);
  }
}

/** Falabella's connector against a Falabella in this process. */
export class FalabellaRig {
  private constructor(
    readonly sandbox: Sandbox,
    private readonly defaults: SandboxSettings,
    private readonly module: TestingModule,
    private readonly options: { format: Format; timeoutMs: number },
    private readonly collected: CollectedLogs,
  ) {}

  static async start(format: Format = 'XML'): Promise<FalabellaRig> {
    const sandbox = await startSandbox({ settings: { falabella: { feedDurationMs: 60 } }, say: () => undefined });
    const logs = new CollectedLogs();
    @Global()
    @Module({ providers: [{ provide: LogSink, useValue: logs }], exports: [LogSink] })
    class CollectingLogsModule {}
    const options = { format, timeoutMs: PATIENT_MS };
    const module = await Test.createTestingModule({ imports: [CollectingLogsModule, OutboundModule, FalabellaModule] })
      .overrideProvider(FalabellaClientOptions)
      .useValue(options)
      .compile();
    return new FalabellaRig(sandbox, structuredClone(sandbox.settings.falabella), module, options, logs);
  }

  async stop(): Promise<void> {
    await this.module.close();
    await this.sandbox.close();
  }

  /** Restores the initial state. */
  reset(): void {
    this.sandbox.world.reset();
    Object.assign(this.sandbox.settings.falabella, structuredClone(this.defaults));
    this.options.timeoutMs = PATIENT_MS;
    this.collected.entries.length = 0;
  }

  get connector(): FalabellaConnector {
    return this.module.get(FalabellaConnector);
  }

  get api(): FalabellaService {
    return this.module.get(FalabellaService);
  }

  get logs(): readonly LogEntry[] {
    return this.collected.entries;
  }

  /** Sets the time limit of a call. */
  limitCalls(timeoutMs = PATIENT_MS): void {
    this.options.timeoutMs = timeoutMs;
  }

  switch(change: Partial<SandboxSettings>): void {
    Object.assign(this.sandbox.settings.falabella, change);
  }

  /** A shop's account in the form that the connector receives. */
  account(change: Partial<FalabellaSettings> = {}, warehouses: readonly WarehouseLink[] = []): FalabellaAccount {
    return {
      id: 'falabella-main',
      connector: 'falabella',
      publishing: 'live',
      installation: 'test',
      selling: DEFAULT_SELLING,
      warehouses,
      settings: {
        apiUrl: `${this.sandbox.url}/falabella/`,
        userId: this.defaults.userId,
        apiKey: this.defaults.apiKey,
        webhookSecret: WEBHOOK_SECRET,
        webhookToken: WEBHOOK_TOKEN,
        sellerId: 'SANDBOX',
        userAgent: { form: 'three' },
        pushIntervalMs: 0,
        ordersVersion: '2.0',
        orderName: 'number',
        ordersOverlapMs: 6 * 3_600_000,
        warehouseIds: 'facility',
        feeds: { burst: 50, intervalMs: 120_000, renews: 'daily', urgentAt: 5 },
        ...change,
      },
    };
  }

  /** The units of a SKU that shoppers can buy. */
  shown(sku: string): number | undefined {
    return this.sandbox.state(sku).falabella.stock[0]?.available;
  }

  get feedsMade(): number {
    return this.sandbox.state().falabella.feeds.length;
  }

  /** Follows a push until its outcome is known. */
  async outcomeOf(receipt: PushReceipt, account = this.account()): Promise<PushOutcome> {
    let outcome: PushOutcome = receipt.outcome ?? { state: 'pending' };
    while (outcome.state === 'pending') {
      await delay(10);
      outcome = await this.connector.pushOutcome(receipt.ref, account);
    }
    return outcome;
  }
}
