import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { underLease } from '../common/lease.js';
import { BlockedError } from '../connectors/blocked-error.js';
import { type Connection } from '../connectors/contract.js';
import { type Renewal } from '../connectors/renew-credentials.js';
import { ConnectionCache } from './connection-cache.js';
import { ConnectionSettings } from './connection-settings.js';
import { type ConnectionState } from './connection.schema.js';
import { ConnectionsRepository } from './connections.repository.js';
import { type Sealed } from './sealed.js';

const ASK_AGAIN_MS = 100;
/** How long a call waits for another process; after that the work comes back later. */
const PATIENCE_MS = 2_000;
const COME_BACK_MS = 1_000;

/** Stored credentials, as read at one moment. */
interface Stored<Settings> {
  readonly state: ConnectionState;
  readonly secrets: Sealed;
  readonly settings: Settings;
}

/**
 * Renews credentials that work once, such as refresh tokens, across processes.
 *
 * A process claims the lease, then asks the platform, then stores the answer, and only while the credentials are still those that it read. One
 * that finds the lease held waits, reads again and uses what the other stored. Where a process dies between the platform's answer and the
 * storing, the new credentials are lost: the next refresh is refused, and the connection pauses until it is installed again.
 */
@Injectable()
export class CredentialRenewal {
  constructor(
    private readonly repository: ConnectionsRepository,
    private readonly settings: ConnectionSettings,
    private readonly cache: ConnectionCache,
  ) {}

  /** As `RenewCredentials`. @throws BlockedError while another process renews them, and where there are none to renew */
  async renew<Settings>({ id }: Connection<Settings>, renewal: Renewal<Settings>): Promise<Settings> {
    const lease = this.repository.lease(id, 'credentials');
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const { settings } = await this.read<Settings>(id);
      const renewed = renewal.isDue(settings) ? await underLease(lease, () => this.refresh(id, renewal)) : settings;
      if (renewed !== null) return renewed;
      if (performance.now() > giveUpAt) throw new BlockedError(id, new Date(Date.now() + COME_BACK_MS));
      await sleep(ASK_AGAIN_MS);
    }
  }

  private async refresh<Settings>(id: string, { isDue, refresh }: Renewal<Settings>): Promise<Settings> {
    const before = await this.read<Settings>(id);
    if (!isDue(before.settings)) return before.settings;
    let texts;
    try {
      texts = await refresh(before.settings);
    } catch (error) {
      // A process that lost its lease while it slept is refused, because another one was faster.
      const now = await this.read<Settings>(id);
      if (isDue(now.settings)) throw error;
      return now.settings;
    }
    const { state, secrets } = before;
    const sealed = this.settings.seal(id, state.connector, { ...this.settings.textsOf(state), ...texts });
    // Refused where the owner installed the app again meanwhile: those credentials are newer.
    await this.repository.replaceCredentials(id, secrets, sealed);
    this.cache.forgetState(id);
    await this.cache.refresh();
    return (await this.read<Settings>(id)).settings;
  }

  private async read<Settings>(id: string): Promise<Stored<Settings>> {
    const state = await this.repository.find(id);
    if (!state?.secrets || state.removedAt) throw new BlockedError(id, 'paused');
    return { state, secrets: state.secrets, settings: this.settings.read(state).settings as Settings };
  }
}
