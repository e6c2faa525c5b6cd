import { randomBytes } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AlertsService } from '../alerts/alerts.service.js';
import { AppConfig } from '../config/app-config.js';
import { currentContext } from '../common/context.js';
import { ConflictError, NotFoundError } from '../common/errors.js';
import { ConnectionCache } from '../connections/connection-cache.js';
import { ConnectionChanges } from '../connections/connection-changes.service.js';
import { type ConnectionRecord } from '../connections/connection.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { longAwayDetail } from '../alerts/alert-details.js';
import { CatalogueService } from '../publishing/catalogue.service.js';
import { PausedConnections } from '../outages/paused-connections.service.js';
import { PumpWakeups } from '../publishing/pump-wakeups.service.js';
import { type ConnectionChangeDto, type ConnectionDto } from './connection.dto.js';
import { givenTexts, textsOf } from './setting-texts.js';

/** Creates, changes, suspends and resumes connections, and starts the work that follows. */
@Injectable()
export class ConnectionSetup implements OnApplicationBootstrap {
  constructor(
    private readonly config: AppConfig,
    private readonly changes: ConnectionChanges,
    private readonly cache: ConnectionCache,
    private readonly connections: ConnectionsService,
    private readonly catalogue: CatalogueService,
    private readonly pumps: PumpWakeups,
    private readonly pauses: PausedConnections,
    private readonly alerts: AlertsService,
  ) {}

  /** Raises the alert for each connection that was put back in shadow because every process was down for long. */
  async onApplicationBootstrap(): Promise<void> {
    for (const { id, decided } of this.cache.all()) {
      const { awaySince } = (await this.connections.facts(id)) ?? {};
      if (awaySince && decided === 'shadow') await this.alerts.raise('long_pause', id, longAwayDetail(awaySince));
    }
  }

  /** @throws NotFoundError for an unknown connection, ConflictError for one that cannot be used as it is stored */
  one(id: string): ConnectionRecord {
    const connection = this.cache.find(id);
    if (connection) return connection;
    const problem = this.cache.problemOf(id);
    if (problem !== undefined)
      throw new ConflictError('problems.unusable.settings', { connection: id, reason: problem });
    throw new NotFoundError('problems.not-found.connection', { connection: id.slice(0, 100) });
  }

  /** @throws InvalidInputError naming each setting at fault, ConflictError where the id was used before */
  async create({
    connector,
    id = randomId(connector),
    name = connector,
    settings,
    credentials,
  }: ConnectionDto): Promise<ConnectionRecord> {
    const connection = await this.changes.create(
      id,
      connector,
      name,
      givenTexts(textsOf(this.config.kinds, connector, settings, credentials)),
    );
    await this.begin(connection);
    return connection;
  }

  /** Absent fields stay as they are. @throws as `create` */
  async change(id: string, { name, settings, credentials }: ConnectionChangeDto): Promise<ConnectionRecord> {
    const { connector } = this.known(id);
    const texts = textsOf(this.config.kinds, connector, settings, credentials);
    const connection = await this.changes.change(id, {
      ...(name === undefined ? {} : { name }),
      ...(Object.keys(texts).length > 0 ? { texts } : {}),
    });
    await this.begin(connection);
    await this.pauses.syncAlert(id);
    return connection;
  }

  /** Suspends the synchronization: the connection is not called. Its webhooks are stored. */
  async suspend(id: string, reason: string): Promise<ConnectionRecord> {
    this.one(id);
    await this.changes.suspend(id, reason, currentContext().actor ?? 'anonymous');
    return this.one(id);
  }

  /** Resumes the synchronization. After a long suspension it starts in shadow: its open orders are reviewed first. */
  async resume(id: string): Promise<ConnectionRecord> {
    this.one(id);
    const since = await this.changes.resume(id);
    await Promise.all([this.pauses.syncAlert(id), this.alerts.close('connection_silent', id)]);
    if (since) await this.alerts.raise('long_pause', id, longAwayDetail(since));
    await this.begin(this.one(id));
    return this.one(id);
  }

  /** Has its catalogue read now. */
  private async begin({ id }: ConnectionRecord): Promise<void> {
    if (!this.connections.channel(id)) return;
    await this.catalogue.readSoon(id);
    this.pumps.wake([id]);
  }

  /** Also finds a connection that cannot be used as it is stored: new settings may mend it. */
  known(id: string): { readonly connector: string; readonly origin: 'environment' | 'stored' } {
    const broken = this.cache.unusable().find((state) => state._id === id);
    return broken ? { connector: broken.connector, origin: 'stored' } : this.one(id);
  }
}

function randomId(connector: string): string {
  return `${connector}-${randomBytes(3).toString('hex')}`;
}
