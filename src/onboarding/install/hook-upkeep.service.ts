import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { errorText } from '../../common/error-text.js';
import { underLease } from '../../common/lease.js';
import { PeriodicTask } from '../../common/periodic-task.js';
import { isWorker } from '../../config/role.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { type ChannelConnector } from '../../connectors/contract.js';
import { type Bound } from '../../connectors/registry.js';
import { FailurePolicy } from '../../outages/failure-policy.service.js';

const SOON_MS = 100;
const EVERY_MS = 60_000;
/** A person may have removed one at the platform. */
const ANEW_AFTER_MS = 6 * 3_600_000;

/**
 * Keeps webhooks registered at the platforms: after an installation, at each start, when the address has
 * changed, and a few times a day. Work that a crash or an outage left is done in the next minute.
 */
@Injectable()
export class HookUpkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Webhooks');
  private readonly asked = new Set<string>();
  /** Checked since the start, or since the last request. */
  private readonly seen = new Set<string>();
  private readonly task = new PeriodicTask(() => this.round(), {
    everyMs: EVERY_MS,
    logger: this.logger,
    failure: 'the webhooks were not checked',
    byWorkersOnly: true,
  });

  constructor(
    private readonly connections: ConnectionsService,
    private readonly failures: FailurePolicy,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start(SOON_MS);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** Checks its webhooks now, because it was installed again; what fails, a worker does in its next round. */
  async soon(id: string): Promise<void> {
    await this.connections.forgetHooks(id);
    this.asked.add(id);
    this.task.soon(SOON_MS);
  }

  /** The webhook address of a connection; null: its platform cannot reach this installation, or sends none. */
  addressOf(id: string): string | null {
    const bound = this.connections.channel(id);
    return bound?.connector.hooks?.address(bound.connection) ?? null;
  }

  /** Whether it registers webhooks that can arrive; null: its platform has one address for all accounts. */
  hears(id: string): boolean | null {
    return this.connections.channel(id)?.connector.hooks ? this.addressOf(id) !== null : null;
  }

  private async round(): Promise<void> {
    const asked = new Set(this.asked);
    this.asked.clear();
    for (const id of asked) this.seen.delete(id);
    for (const bound of this.connections.channels())
      if (!this.task.stopped && bound.connector.hooks && (isWorker() || asked.has(bound.connection.id)))
        await this.keepQuietly(bound);
  }

  /** Never throws: the next round tries again. */
  private async keepQuietly(bound: Bound<ChannelConnector>): Promise<void> {
    const { id } = bound.connection;
    try {
      const address = this.addressOf(id);
      if (address === null || (await this.connections.blockedUntil(id))) return;
      const known = (await this.connections.facts(id))?.hooks;
      if (known?.address === address && Date.now() - known.at.getTime() < ANEW_AFTER_MS && this.seen.has(id)) return;
      await underLease(this.connections.lease(id, 'hooks'), () => this.keep(bound, address));
    } catch (error) {
      this.logger.warn(`the webhooks of ${id} were not looked at: ${errorText(error)}`);
      await this.failures.decide(id, error).catch(() => undefined);
    }
  }

  private async keep({ connector, connection }: Bound<ChannelConnector>, address: string): Promise<void> {
    const report = await connector.hooks?.register(connection);
    if (!report) return;
    this.seen.add(connection.id);
    await this.connections.noteHooks(connection.id, address, report.refused);
    if (report.added + report.removed > 0 || report.refused.length > 0)
      this.logger.log(
        `${connection.id}: ${report.added} webhooks added, ${report.removed} removed, ${report.refused.length} refused`,
      );
  }
}
