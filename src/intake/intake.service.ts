import { eventIdOf } from '../webhook-events/event-id.js';
import { createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { distinct } from '../common/collections.js';
import { checkpoint } from '../common/checkpoint.js';
import { currentContext, currentRequestRecord } from '../common/context.js';
import { InvalidInputError, UnauthenticatedError, UnavailableError } from '../common/errors.js';
import { type RequestRecord } from '../common/request-record.js';
import { withDeadline } from '../common/deadline.js';
import { databaseOutage } from '../common/mongo/database-away.js';
import { openMark } from '../common/mongo/mark.js';
import { AppConfig } from '../config/app-config.js';
import { ConnectionCache } from '../connections/connection-cache.js';
import { ConnectionSettings } from '../connections/connection-settings.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { DEFAULT_SELLING, type Connection, type WebhookIntent, type WebhookRequest } from '../connectors/contract.js';
import { ConnectorRegistry } from '../connectors/registry.js';
import { topicsOf } from '../connectors/webhook-route.js';
import { JobQueue } from '../queues/job-queue.service.js';
import { AdmissionControl } from '../queues/admission-control.service.js';
import { WebhookEventsRepository } from '../webhook-events/webhook-events.repository.js';
import { WEBHOOKS_SCHEMA_VERSION, type WebhookEvent } from '../webhook-events/webhook-event.schema.js';

/** `ignored`: its account is not connected, and it says nothing of the account as a whole. It is stored nowhere. */
export type IntakeAnswer =
  { readonly status: 'accepted' | 'duplicate'; readonly eventId: string } | { readonly status: 'ignored' };

/** Webhooks that may wait for the database at once: a few seconds of the busiest shop, and a few megabytes. */
const MOST_STORING = 2_000;
/** Characters of an account's name, which anyone may make up. */
const MOST_NAME = 200;

/** Receives webhooks: verify, decode, store durably, enqueue, answer. What is answered is not lost. */
@Injectable()
export class IntakeService {
  /** Webhooks that wait for the database. */
  private storing = 0;

  constructor(
    private readonly cache: ConnectionCache,
    private readonly settings: ConnectionSettings,
    private readonly connections: ConnectionsService,
    private readonly registry: ConnectorRegistry,
    private readonly events: WebhookEventsRepository,
    private readonly jobQueue: JobQueue,
    private readonly admission: AdmissionControl,
    private readonly config: AppConfig,
  ) {}

  /** Whether the sender of a request is verified; stores nothing. */
  isAuthentic(connectorName: string, request: WebhookRequest): boolean {
    const connection = this.meant(connectorName, request);
    const { authentic } = connection
      ? this.registry.any(connection).connector.verify(request, connection)
      : { authentic: false };
    if (!authentic) noteFailure(this.namedBy(connectorName, request));
    return authentic;
  }

  /**
   * @throws UnauthenticatedError when the sender is not verified, or no account is configured; the body is not stored
   * @throws InvalidInputError when the body does not have the expected form; nothing is stored
   */
  async receive(connectorName: string, request: WebhookRequest): Promise<IntakeAnswer> {
    const named = this.namedBy(connectorName, request);
    const gone = this.ofNoConnection(connectorName, request);
    if (gone) return this.takeIn(gone, request, named, { isGone: true });
    const connection = this.meant(connectorName, request);
    if (!connection) throw unproved(request, named, `no ${connectorName} account is configured`);
    return this.takeIn(connection, request, named);
  }

  /**
   * Receives a webhook whose address names its connection. Until it is verified, its sender does not learn whether there is such a connection.
   * @throws UnauthenticatedError when it is not verified, and for an unknown connection or one without such webhooks
   */
  async receiveFor(id: string, request: WebhookRequest): Promise<IntakeAnswer> {
    const connection = this.connections.find(id);
    const routes = connection ? this.registry.any(connection).connector.manifest.webhooks : [];
    if (!connection || !topicsOf(routes).includes(request.topic))
      throw unproved(request, id, 'there is no such connection, or it has no such webhooks');
    return this.takeIn(connection, request, id, { advises: false });
  }

  /** The connection of a webhook: the one that verifies it, else the one of the environment. */
  private meant(connectorName: string, request: WebhookRequest): Connection | undefined {
    const all = this.connections.ofConnector(connectorName);
    const named = this.accountOf(connectorName, request);
    const isFor = (connection: Connection) =>
      named
        ? (connection.settings as Record<string, unknown>)[named.setting] === named.account
        : (this.registry.any(connection).connector.isFor?.(request, connection) ?? false);
    return all.find(isFor) ?? all.find((connection) => connection.id === connectorName);
  }

  /** What failures of a webhook are counted for. It follows from the request alone, so that it tells nobody which accounts there are. */
  private namedBy(connectorName: string, request: WebhookRequest): string {
    const named = this.accountOf(connectorName, request);
    return named ? `${connectorName}/${named.account}` : connectorName;
  }

  /** The account that a webhook names, and the setting that holds its name; null: it names none. */
  private accountOf(connectorName: string, request: WebhookRequest) {
    const { install } = this.registry.named(connectorName);
    const account = install?.accountOf(request) ?? null;
    return install && account !== null ? { account, setting: install.accountSetting } : null;
  }

  /**
   * A webhook may concern an account that is not, or no longer, connected: above all, its data may have to
   * be erased. The app's signature verifies the sender. Null: it is connected, or the account is unknown.
   */
  private ofNoConnection(connectorName: string, request: WebhookRequest): Connection | null {
    const named = this.accountOf(connectorName, request);
    if (!named) return null;
    const { account, setting } = named;
    const known = this.cache.findBySetting(connectorName, setting, account);
    const app = known && known.removedAt === undefined ? null : this.settings.appOf(connectorName);
    if (!app) return null;
    return {
      id: known?.id ?? `${connectorName}-${account}`.toLowerCase(),
      connector: connectorName,
      publishing: 'shadow',
      installation: this.cache.installationName,
      selling: DEFAULT_SELLING,
      warehouses: [],
      settings: { ...app, [setting]: account },
    };
  }

  /**
   * @param named what its failure is counted for
   * `isGone`: there is no such connection, so only events about the whole account matter. `advises`: an unverified sender may learn which
   * kind of connection it wrote to.
   */
  private async takeIn(
    connection: Connection,
    request: WebhookRequest,
    named: string,
    { isGone = false, advises = true } = {},
  ): Promise<IntakeAnswer> {
    const record = currentRequestRecord();
    record?.step('received');
    const { connector } = this.registry.any(connection);
    const verdict = connector.verify(request, connection);
    if (!verdict.authentic) throw refused(named, verdict.reason, advises ? verdict.advice : undefined);
    record?.step('verified');

    if (request.rawBody.length === 0)
      throw new InvalidInputError([{ field: 'body', expected: 'must be a JSON object' }]);
    const intent = connector.decode(request.topic, request.rawBody);
    if (isGone && intent.kind !== 'account' && intent.kind !== 'privacy') {
      describe(record, connection.id, { kind: 'nothing', about: 'not connected' });
      return { status: 'ignored' };
    }
    const eventId = eventIdOf(connection.id, request.topic, request.rawBody);
    const { correlationIds } = currentContext();
    // An order in the body is all that its sender will ever state: identical bytes contain nothing new.
    const rearm = intent.kind !== 'order';
    const fresh = await this.stored(
      {
        _id: eventId,
        connection: connection.id,
        topic: request.topic,
        intent,
        bytes: request.rawBody.length,
        receivedAt: new Date(),
        repeats: 0,
        ...(correlationIds[0] === undefined ? {} : { correlationId: correlationIds[0] }),
        handle: openMark(),
        schemaVersion: WEBHOOKS_SCHEMA_VERSION,
      },
      rearm,
    );
    record?.step('stored');
    checkpoint('event.stored');

    // Its mark is stored, so the answer does not wait for Redis.
    if (fresh || rearm)
      void this.jobQueue.enqueue('inbox', [{ ids: [eventId], correlationIds, orderIds: orderIdsOf(intent) }]);
    this.admission.noteWebhook();
    this.connections.note(connection.id, 'heardAt');
    describe(record, connection.id, intent);
    return { status: fresh ? 'accepted' : 'duplicate', eventId };
  }

  /**
   * Stores an event, or counts its repeat; false: a repeat. What is stored after the limit is found by the
   * sweeper, and by the platform's next try as a repeat.
   * @throws UnavailableError when the database takes longer than the limit, or too much waits for it
   */
  private async stored(event: WebhookEvent, rearm: boolean): Promise<boolean> {
    if (this.storing >= MOST_STORING) throw tooLate();
    this.storing += 1;
    const storing = this.store(event, rearm).finally(() => (this.storing -= 1));
    const fresh = await withDeadline(storing, this.config.values.INTAKE_LIMIT_MS, () => {
      throw tooLate();
    });
    databaseOutage.ends();
    return fresh;
  }

  private async store(event: WebhookEvent, rearm: boolean): Promise<boolean> {
    const fresh = await this.events.insert(event);
    if (!fresh) await this.events.recordRepeat(event._id, rearm);
    return fresh;
  }
}

function tooLate(): UnavailableError {
  databaseOutage.begins();
  return new UnavailableError('problems.unavailable.database');
}

/** What verifying a signature costs is spent here, too. */
const NO_SECRET = randomBytes(32);

function unproved({ rawBody }: WebhookRequest, named: string, reason: string): UnauthenticatedError {
  createHmac('sha256', NO_SECRET).update(rawBody).digest();
  return refused(named, reason);
}

/** The same answer to everyone who is not verified; only the log document has the reason. */
function refused(named: string, reason: string, advice?: string): UnauthenticatedError {
  const error = advice
    ? new UnauthenticatedError('problems.unauthenticated.webhook_advice', { advice })
    : new UnauthenticatedError('problems.unauthenticated.webhook');
  const record = currentRequestRecord();
  if (record) record.response = { problem: error.type, reason };
  noteFailure(named);
  return error;
}

function noteFailure(named: string): void {
  const record = currentRequestRecord();
  if (record) record.failedFor = named.slice(0, MOST_NAME);
}

function describe(record: RequestRecord | undefined, connection: string, intent: WebhookIntent): void {
  if (!record) return;
  record.connection = connection;
  record.orderIds.push(...orderIdsOf(intent));
  if (intent.kind === 'order') {
    record.productSkus.push(...distinct(intent.order.lines.map((line) => line.sku)));
    record.request = {
      status: intent.order.statusText,
      lines: intent.order.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    };
  } else {
    record.productSkus.push(...skusOf(intent));
    record.request = { ...intent };
  }
}

function orderIdsOf(intent: WebhookIntent): string[] {
  if (intent.kind === 'order') return [intent.order.orderId];
  return intent.kind === 'orderRef' ? [intent.orderId] : [];
}

function skusOf(intent: WebhookIntent): readonly string[] {
  if (intent.kind === 'listingRef') return intent.skus;
  return 'sku' in intent && intent.sku !== undefined ? [intent.sku] : [];
}
