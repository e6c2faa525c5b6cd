import { AlertsService } from '../../../src/alerts/alerts.service.js';
import { AppConfig } from '../../../src/config/app-config.js';
import { ConnectionsService } from '../../../src/connections/connections.service.js';
import { type Connection } from '../../../src/connectors/contract.js';
import { type Warehouse } from '../../../src/connections/warehouses/warehouse.schema.js';
import { WarehousesService } from '../../../src/connections/warehouses/warehouses.service.js';
import { OrdersService } from '../../../src/orders/orders.service.js';
import { OrderPolicy } from '../../../src/orders/order-policy.js';
import { type Role } from '../../../src/config/role.js';
import { JobQueue } from '../../../src/queues/job-queue.service.js';
import { type JobData, type QueueName } from '../../../src/queues/queue-names.js';
import { LedgerService } from '../../../src/stock/ledger.service.js';
import { type Movement } from '../../../src/stock/ledger.types.js';
import { MovementListener } from '../../../src/stock/movement-listener.js';
import { MovementFollower } from '../../../src/stock-changes/movement-follower.service.js';
import { ConnectionOrderPolicy } from '../../../src/allocation/connection-order-policy.service.js';
import { DeliveryWorker } from '../../../src/fulfilment/delivery-worker.service.js';
import { PushFollower } from '../../../src/publishing/push-follower.service.js';
import { PushPump } from '../../../src/publishing/push-pump.service.js';
import { FailurePolicy } from '../../../src/outages/failure-policy.service.js';
import { StockWorker } from '../../../src/fulfilment/stock-worker.service.js';
import { EventHandler } from '../../../src/intake/event-handler.service.js';
import { IntentHandlers } from '../../../src/intake/intent-handlers.service.js';
import { OrderIntentHandler } from '../../../src/intake/orders/order-intent.handler.js';
import { ErpStockIntentHandler } from '../../../src/fulfilment/intents/erp-stock-intent.handler.js';
import { type IntentHandler, type IntentKind } from '../../../src/webhook-events/intent-handler.js';
import { memoryAlerts } from './alerts.js';
import { type ChannelWorld } from './channel/channel-world.js';
import { MemoryChannelConnector } from './channel/memory-channel.js';
import { Container } from './container.js';
import { DriverCollection } from './database/driver.js';
import { type Tables } from './database/tables.js';
import { type ErpWorld } from './erp/erp-world.js';
import { MemoryErpConnector } from './erp/memory-connector.js';
import { type Process, type Timeline } from './time/timeline.js';

/** The surroundings that the processes of one run share. */
export interface Surroundings {
  readonly timeline: Timeline;
  readonly tables: Tables;
  readonly erp: ErpWorld;
  readonly connections: readonly Connection[];
  readonly erpConnection: Connection;
  readonly warehouses: readonly Warehouse[];
  /** The channels that receive pushes. */
  readonly channels: readonly ChannelWorld[];
  /** Passes a job to a process, unless Redis loses it. */
  readonly enqueue: (name: QueueName, job: JobData, delayMs: number) => void;
  /** Receives every movement after its entry shows it. */
  readonly onMoved: (movements: readonly Movement[]) => void;
}

/** One process of the product: its real services over infrastructure in memory. */
export interface Program {
  readonly process: Process;
  readonly role: Role;
  readonly connector: MemoryErpConnector;
  readonly orders: OrdersService;
  readonly ledger: LedgerService;
  run(name: QueueName, job: JobData): Promise<unknown>;
}

export function startProgram(process: Process, role: Role, around: Surroundings): Program {
  const { timeline, tables } = around;
  const connector = new MemoryErpConnector(around.erp, timeline, around.warehouses);
  const services = new Container((name) => new DriverCollection(tables.of(name), timeline));
  services.provide(ConnectionsService, memoryConnections(around, connector));
  services.provide(WarehousesService, memoryWarehouses(around.warehouses));
  services.provide(AlertsService, memoryAlerts(tables.of('Alert'), timeline));
  services.provide(JobQueue, memoryQueue(around));
  services.provide(FailurePolicy, memoryRemedies());
  services.provide(IntentHandlers, { of: (kind) => intentHandler(services, kind) });
  services.provide(AppConfig, { values: { BRAKE_PERCENT: 20, BRAKE_LEAST: 20 } as AppConfig['values'] });
  services.alias(OrderPolicy, ConnectionOrderPolicy);
  const listener: MovementListener = {
    onMoved: async (movements) => {
      await services.get(MovementFollower).onMoved(movements);
      around.onMoved(movements);
    },
  };
  services.provide(MovementListener, listener);

  const one = (name: QueueName, id: string): Promise<unknown> => {
    switch (name) {
      case 'inbox':
        return services.get(EventHandler).handle(id);
      case 'orders':
        return services.get(DeliveryWorker).work(id);
      case 'pushes':
        return services.get(PushPump).pump(id);
      case 'feeds':
        return services.get(PushFollower).follow(id);
      default:
        throw new Error(`no handler takes the jobs of ${name} here`);
    }
  };
  const run = async (name: QueueName, { ids }: JobData): Promise<unknown> => {
    if (name === 'stock') return services.get(StockWorker).observe(ids);
    if (name === 'movements') return services.get(StockWorker).project(ids);
    return Promise.all(ids.map((id) => one(name, id)));
  };
  return { process, role, connector, orders: services.get(OrdersService), ledger: services.get(LedgerService), run };
}

/** The simulated webhooks carry these two kinds alone. */
function intentHandler(services: Container, kind: IntentKind): IntentHandler<never> {
  switch (kind) {
    case 'order':
      return services.get(OrderIntentHandler);
    case 'erpStock':
      return services.get(ErpStockIntentHandler);
    default:
      throw new Error(`no simulated webhook is a ${kind}`);
  }
}

function memoryConnections(
  { connections, erpConnection, channels, timeline }: Surroundings,
  connector: MemoryErpConnector,
): Partial<ConnectionsService> {
  const bound = channels.flatMap((world) => {
    const connection = connections.find(({ id }) => id === world.id);
    return connection ? [{ connector: new MemoryChannelConnector(world, timeline), connection }] : [];
  });
  const find = (id: string) => {
    const connection = connections.find((one) => one.id === id);
    return connection && { ...connection, origin: 'environment' as const, name: id, decided: connection.publishing };
  };
  return {
    erp: () => ({ connector, connection: erpConnection }),
    erps: () => [{ connector, connection: erpConnection }],
    find,
    sellingOf: (id) => find(id)?.selling,
    channel: (id) => bound.find(({ connection }) => connection.id === id) ?? null,
    channels: () => bound,
    blockedUntil: async () => null,
    note: () => undefined,
  };
}

function memoryWarehouses(list: readonly Warehouse[]): Partial<WarehousesService> {
  const active = list.filter((warehouse) => warehouse.active);
  return {
    all: () => list,
    active: () => active,
    find: (code: string) => list.find((warehouse) => warehouse._id === code),
    servedTo: (connection: string) => {
      const named = active.filter((warehouse) =>
        warehouse.channels.some((channel) => channel.connection === connection),
      );
      return named.length > 0 ? named : active;
    },
  };
}

/** Retries every failure after a second. */
function memoryRemedies(): Partial<FailurePolicy> {
  return {
    recordSuccess: () => undefined,
    decide: async (_connection, error) => ({
      action: 'retry',
      due: new Date(Date.now() + 1_000),
      reason: (error as Error).message,
      countsAsAttempt: false,
    }),
  };
}

function memoryQueue({ enqueue: add }: Surroundings): Partial<JobQueue> {
  const enqueue = async (name: QueueName, jobs: readonly JobData[], delayMs = 0) => {
    for (const job of jobs) add(name, job, delayMs);
    return true;
  };
  return {
    enqueue,
    send: (name, ids, delayMs = 0) => add(name, { ids }, delayMs),
  };
}
