import { Injectable } from '@nestjs/common';
import { type UpdateQuery } from 'mongoose';
import { ConflictError } from '../common/errors.js';
import { changed } from '../config/connection-kinds.js';
import { isDuplicateKey } from '../common/mongo/native.js';
import { ConnectionCache } from './connection-cache.js';
import { ConnectionSettings, type SettingTexts } from './connection-settings.js';
import { type ConnectionRecord } from './connection.js';
import { type ConnectionState } from './connection.schema.js';
import { ConnectionsRepository } from './connections.repository.js';

const LONG_AWAY_MS = 24 * 3_600_000;
/** What the platform asked for, or its refusal, no longer counts. */
const NOT_BLOCKED = { paused: '', waitUntil: '', waitSetAt: '', silentSince: '' } as const;

/** Creates, changes, removes and restores connections. */
@Injectable()
export class ConnectionChanges {
  constructor(
    private readonly repository: ConnectionsRepository,
    private readonly settings: ConnectionSettings,
    private readonly cache: ConnectionCache,
  ) {}

  /** Runs once at the start. A start with other credentials mends a paused connection of the environment, so its pause ends here. */
  async begin(): Promise<void> {
    const before = await this.repository.all();
    for (const connector of this.settings.fromEnvironment().keys())
      await this.repository.upsertFromEnvironment(connector, connector, this.settings.firstPublishing);
    await this.cache.begin();
    // No process received what arrived while all were down.
    if (!this.settings.isSandbox)
      for (const { _id, paused, polledAt } of before) await this.shadowIfLongAway(_id, paused?.at ?? polledAt);
    await this.resealOld();
  }

  /**
   * Stores a new connection. It begins in shadow; in the sandbox it begins live.
   * @throws InvalidInputError naming each setting at fault
   * @throws ConflictError for an id that was ever used, and without a key that seals credentials
   */
  async create(id: string, connector: string, name: string, texts: SettingTexts): Promise<ConnectionRecord> {
    this.settings.check(connector, texts);
    try {
      await this.repository.insert({
        _id: id,
        connector,
        origin: 'stored',
        name,
        ...this.settings.seal(id, connector, texts),
        publishing: this.settings.firstPublishing,
        createdAt: new Date(),
      });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      throw new ConflictError('problems.connection-exists.detail', { connection: id });
    }
    await this.cache.refresh();
    return this.known(id);
  }

  /** Changes a name, settings or credentials; null takes a setting back to its default. @throws as `create` */
  async change(
    id: string,
    change: { readonly name?: string; readonly texts?: Readonly<Record<string, string | null>> },
  ): Promise<ConnectionRecord> {
    const state = await this.repository.find(id);
    if (!state || state.removedAt) throw new Error(`${id} is not connected`);
    const { connector, origin = 'environment' } = state;
    if (origin === 'environment') throw new ConflictError('problems.from-environment.change', { connection: id });
    const texts = this.settings.changed(state, change.texts ?? {});
    // New settings may mend what paused it.
    const renewed = change.texts ? { $unset: NOT_BLOCKED } : {};
    await this.update(id, {
      $set: {
        ...(change.name === undefined ? {} : { name: change.name }),
        ...this.settings.seal(id, connector, texts),
        ...(change.texts && { renewedAt: new Date() }),
      },
      ...renewed,
    });
    return this.known(id);
  }

  /** Gives it the credentials of its owner's new consent. @throws as `create` */
  renew(id: string, connector: string, texts: SettingTexts): Promise<ConnectionRecord> {
    return this.change(id, { texts: this.settings.withConsent(connector, texts) });
  }

  /** Forgets its credentials. The connection is never called again. */
  remove(id: string): Promise<void> {
    return this.update(id, {
      $set: { removedAt: new Date() },
      $unset: { secrets: '', paused: '', suspended: '', liveSkus: '' },
    });
  }

  /** The platform removed the app. As `remove`, but keeps what people decided: a new installation restores it. */
  removeUninstalled(id: string): Promise<void> {
    const now = new Date();
    return this.update(id, {
      $set: { removedAt: now, uninstalledAt: now },
      $unset: { ...NOT_BLOCKED, secrets: '', hooks: '' },
    });
  }

  /**
   * Restores a removed connection under its id, which its orders name. Its cut-over stays until a person takes it live again.
   * @param shadow starts it in shadow, and its orders are read before it can go live; false: it acts as far as it did before
   * @throws as `create`
   */
  async restore(
    id: string,
    connector: string,
    texts: SettingTexts,
    { shadow }: { readonly shadow: boolean },
  ): Promise<ConnectionRecord> {
    const state = await this.repository.find(id);
    const all = changed({ ...state?.settings }, this.settings.withConsent(connector, texts));
    this.settings.check(connector, all);
    const removed = { ...NOT_BLOCKED, removedAt: '', uninstalledAt: '', markedFor: '' } as const;
    await this.update(id, {
      $set: {
        ...this.settings.seal(id, connector, all),
        renewedAt: new Date(),
        ...(shadow ? { publishing: 'shadow' } : {}),
      },
      $unset: { ...removed, ...(shadow ? { liveSkus: '', polledAt: '' } : {}) },
    });
    return this.known(id);
  }

  /**
   * Puts a connection back in shadow that was unused for more than a day: people saw to its orders elsewhere, so they are reviewed first.
   * Returns whether it did.
   * @param since the time from which it was unused
   */
  async shadowIfLongAway(id: string, since: Date | undefined): Promise<boolean> {
    const decided = this.cache.find(id)?.decided ?? 'shadow';
    if (!since || decided === 'shadow' || Date.now() - since.getTime() <= LONG_AWAY_MS) return false;
    await this.update(id, { $set: { publishing: 'shadow', awaySince: since }, $unset: { liveSkus: '', polledAt: '' } });
    return true;
  }

  /** A person suspends it: it is not used until a person resumes it. */
  suspend(id: string, reason: string, actor: string): Promise<void> {
    return this.update(id, { $set: { suspended: { reason, actor, at: new Date() } } });
  }

  /**
   * Ends its suspension, its pause, and the wait that its platform asked for. Returns since when it was unused, where that is so long ago that it starts in shadow.
   */
  async resume(id: string): Promise<Date | null> {
    const state = await this.repository.find(id);
    const since = state?.suspended?.at ?? state?.paused?.at;
    const wasLong = await this.shadowIfLongAway(id, since);
    await this.update(id, { $unset: { ...NOT_BLOCKED, suspended: '' } });
    return since && wasLong ? since : null;
  }

  /** Erases a removed connection, except for the setting by which its platform names it: its orders stay in the ledger. */
  async erase(id: string, keptSetting: string): Promise<void> {
    const state = await this.repository.find(id);
    if (!state?.removedAt) return;
    const kept = state.settings?.[keptSetting];
    await this.update(id, {
      $set: { settings: kept === undefined ? {} : { [keptSetting]: kept } },
      $unset: {
        name: '',
        secrets: '',
        uninstalledAt: '',
        hooks: '',
        brake: '',
        brakeApproved: '',
        heardAt: '',
        acceptedAt: '',
      },
    });
  }

  /** Writes a decision about a connection. This process knows it at once, the others within 2 s. */
  async update(id: string, update: UpdateQuery<ConnectionState>): Promise<void> {
    await this.repository.update(id, update);
    this.cache.forgetState(id);
    await this.cache.refresh();
  }

  private known(id: string): ConnectionRecord {
    const found = this.cache.find(id);
    if (!found) throw new Error(`${id} is not connected`);
    return found;
  }

  /** Seals with the newest key what an older key sealed. Then the older key is no longer needed. */
  private async resealOld(): Promise<void> {
    const { newestKeyId } = this.settings;
    if (newestKeyId === undefined) return;
    for (const { _id: id, secrets } of await this.repository.notSealedWith(newestKeyId)) {
      if (!secrets || this.cache.problemOf(id) !== undefined) continue;
      await this.repository.replaceSecrets(id, secrets, this.settings.reseal(id, secrets));
    }
  }
}
