import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import { type Connection, type Model } from 'mongoose';
import { AlertNotifier } from '../alerts/alert-notifier.service.js';
import { AlertsRepository } from '../alerts/alerts.repository.js';
import { ImportsRepository } from '../import-export/import/imports.repository.js';
import { CommandsRepository } from '../commands/commands.repository.js';
import { Marks } from '../common/mongo/mark.js';
import { MarkSources, unsweptMarks, type MarkSource } from '../common/mongo/mark-sources.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { RunsRepository } from '../reconcile/runs/runs.repository.js';
import { StockMovement } from '../stock/schemas.js';
import { PushesRepository } from '../publishing/pushes.repository.js';
import { WebhookEventsRepository } from '../webhook-events/webhook-events.repository.js';
import { JobQueue } from '../queues/job-queue.service.js';
import { type JobData, type QueueName } from '../queues/queue-names.js';

/** Marks that nobody would ever look for. */
export class UnsweptMarkError extends Error {
  constructor(kinds: readonly string[]) {
    super(`No source of marks is known for: ${kinds.join(', ')}`);
    this.name = 'UnsweptMarkError';
  }
}

/** Everything that can be left to do, and who is to be told to do it. A start in which one kind of mark is missing here is refused. */
@Injectable()
export class AllMarkSources extends MarkSources implements OnApplicationBootstrap {
  readonly all: readonly MarkSource[];

  constructor(
    private readonly jobQueue: JobQueue,
    @InjectConnection() private readonly database: Connection,
    @InjectModel(StockMovement.name) movements: Model<StockMovement>,
    events: WebhookEventsRepository,
    orders: OrdersRepository,
    entries: EntriesRepository,
    listings: ListingsRepository,
    pushes: PushesRepository,
    commands: CommandsRepository,
    imports: ImportsRepository,
    runs: RunsRepository,
    alerts: AlertsRepository,
    notifier: AlertNotifier,
  ) {
    super();
    const ofEvent = { connection: 'connection', orderId: 'intent.order.orderId', sku: 'intent.sku' };
    const ofOrder = { connection: 'connection', orderId: 'orderId' };
    const ofMovement = { connection: 'cause.connection', orderId: 'cause.orderId', sku: 'sku' };
    const order = this.each('orders', (orderKey) => ({ orderKey }));
    this.all = [
      from(
        'webhook_events',
        'handle',
        ofEvent,
        events.handle,
        this.each('inbox', (eventId) => ({ eventId })),
      ),
      from('orders', 'record', ofOrder, orders.record, order),
      from('orders', 'deliver', ofOrder, orders.deliver, order),
      from('orders', 'review', ofOrder, orders.review, order),
      from('stock_movements', 'project', ofMovement, new Marks(movements, 'project'), (ids) =>
        jobQueue.enqueue('stock', [{ movements: ids }]),
      ),
      from('stock_entries', 'observe', { connection: 'master', sku: 'sku' }, entries.observe, (ids) =>
        jobQueue.enqueue('stock', [{ entries: ids }]),
      ),
      from('listings', 'push', { connection: 'connection', sku: 'sku' }, listings.push, (ids) => this.wakePumps(ids)),
      from(
        'listing_pushes',
        'follow',
        { connection: 'connection' },
        pushes.follow,
        this.each('feeds', (pushId) => ({ pushId })),
      ),
      from(
        'commands',
        'finish',
        { orderId: 'change.orderId', sku: 'change.sku' },
        commands.finish,
        this.each('commands', (commandId) => ({ commandId })),
      ),
      from(
        'imports',
        'work',
        {},
        imports.work,
        this.each('imports', (importId) => ({ importId })),
      ),
      from(
        'runs',
        'work',
        {},
        runs.work,
        this.each('reconcile', (runId) => ({ runId })),
      ),
      // Told by this process itself: that Redis is away is an alert, too.
      from('alerts', 'notify', {}, alerts.notify, (ids) => {
        notifier.notify(ids);
        return Promise.resolve(true);
      }),
    ];
  }

  onApplicationBootstrap(): void {
    const indexed = Object.values(this.database.models).map((model) => ({
      collection: model.collection.name,
      keys: model.schema.indexes().flatMap(([key]) => Object.keys(key)),
    }));
    const unswept = unsweptMarks(indexed, this.all);
    if (unswept.length > 0) throw new UnsweptMarkError(unswept);
  }

  private each<Name extends QueueName>(queue: Name, jobOf: (id: string) => JobData[Name]): MarkSource['hint'] {
    return (ids) => this.jobQueue.enqueue(queue, ids.map(jobOf));
  }

  private wakePumps(listingIds: readonly string[]): Promise<boolean> {
    const connections = new Set(listingIds.map((id) => id.slice(0, id.indexOf('/'))));
    return this.jobQueue.enqueue(
      'pushes',
      [...connections].map((connection) => ({ connection })),
    );
  }
}

function from(
  collection: string,
  field: string,
  about: MarkSource['about'],
  marks: MarkSource['marks'],
  hint: MarkSource['hint'],
): MarkSource {
  return { collection, field, about, marks, hint };
}
