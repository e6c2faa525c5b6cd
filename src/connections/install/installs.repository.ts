import { createHash, randomBytes } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model } from 'mongoose';
import { errorText } from '../../common/error-text.js';
import { underLease } from '../../common/lease.js';
import { LeaseField } from '../../common/mongo/lease-field.js';
import { native } from '../../common/mongo/native.js';
import { seal, SealError, unseal } from '../sealed.js';
import { ConflictError } from '../../common/errors.js';
import { AppConfig } from '../../config/app-config.js';
import { type InstalledAccount } from '../../connectors/contract.js';
import { INSTALL_SCHEMA_VERSION, InstallLink, PendingInstall } from './schemas.js';

const LINK_MS = 3_600_000;
/** How long the reason is kept why a link no longer works. */
const REMEMBERED_MS = 24 * 3_600_000;
const PENDING_MS = 30 * 24 * 3_600_000;

/** Why a returned state does not work. `inUse`: another browser returned with it at this moment. */
export type BadState = 'unknown' | 'used' | 'expired' | 'inUse';

/** What came of a returned state: `work` ran for it and gave this, or why it does not work. */
export type StateUse<T> = { readonly value: T } | { readonly why: BadState };

/** Install links, and accounts that were installed without one. */
@Injectable()
export class InstallsRepository implements OnApplicationBootstrap {
  private readonly logger = new Logger('Installs');

  constructor(
    private readonly config: AppConfig,
    @InjectModel(InstallLink.name) private readonly links: Model<InstallLink>,
    @InjectModel(PendingInstall.name) private readonly pendings: Model<PendingInstall>,
  ) {}

  /**
   * Seals waiting accounts with the newest key, like the credentials of connections, so that the older key
   * is no longer needed.
   */
  async onApplicationBootstrap(): Promise<void> {
    const keys = this.config.values.CREDENTIALS_KEYS;
    const [newest] = keys;
    const old = await this.pendings.find({ 'secrets.keyId': { $ne: newest?.id ?? '' } }).lean<PendingInstall[]>();
    for (const { _id, secrets } of old) {
      const text = this.readable(_id, () => unseal(secrets, _id, keys));
      if (text === null || !newest) continue;
      await this.pendings.updateOne(
        { _id, 'secrets.nonce': secrets.nonce },
        { $set: { secrets: seal(text, _id, newest) } },
      );
    }
  }

  /** A new link, of which only the hash is stored. It is valid once, for an hour. */
  async makeLink(connector: string, actor: string): Promise<{ readonly state: string; readonly expiresAt: Date }> {
    const state = randomBytes(32).toString('base64url');
    const now = Date.now();
    const expiresAt = new Date(now + LINK_MS);
    const expireAt = new Date(now + LINK_MS + REMEMBERED_MS);
    const link: InstallLink = {
      _id: hashOf(state),
      connector,
      actor,
      createdAt: new Date(now),
      expiresAt,
      expireAt,
      schemaVersion: INSTALL_SCHEMA_VERSION,
    };
    await this.links.create(link);
    return { state, expiresAt };
  }

  /**
   * Runs `work` for the state of a link that works, one caller at a time. The link is used up once `work` has ended; where it fails, the
   * link can be used again.
   */
  async use<T>(connector: string, state: string, work: () => Promise<T>): Promise<StateUse<T>> {
    const _id = hashOf(state);
    const lease = new LeaseField(native(this.links)).of(_id);
    const used = await underLease(lease, async (): Promise<StateUse<T>> => {
      const why = await this.badState(_id, connector);
      if (why !== null) return { why };
      const value = await work();
      // A process that slept may have lost its lease: of two results, only the first counts.
      const first = { _id, usedAt: { $exists: false } };
      const { modifiedCount } = await this.links.updateOne(first, { $set: { usedAt: new Date() } });
      return modifiedCount === 1 ? { value } : { why: 'used' };
    });
    return used ?? { why: (await this.badState(_id, connector)) ?? 'inUse' };
  }

  /** Null: the link works. */
  private async badState(_id: string, connector: string): Promise<BadState | null> {
    const link = await this.links.findOne({ _id, connector }).lean<InstallLink>();
    if (!link) return 'unknown';
    if (link.usedAt) return 'used';
    return link.expiresAt > new Date() ? null : 'expired';
  }

  /** Stores an account that was installed without a link. Its earlier credentials are invalid by now. */
  async keepPending(connector: string, { account, texts }: InstalledAccount): Promise<void> {
    const [newest] = this.config.values.CREDENTIALS_KEYS;
    if (!newest) throw new Error('there is no key to seal credentials with');
    const _id = idOf(connector, account);
    const now = Date.now();
    const set = {
      connector,
      account,
      secrets: seal(JSON.stringify(texts), _id, newest),
      arrivedAt: new Date(now),
      expireAt: new Date(now + PENDING_MS),
      schemaVersion: INSTALL_SCHEMA_VERSION,
    };
    await this.pendings.updateOne({ _id }, { $set: set }, { upsert: true });
  }

  async pending(connector: string): Promise<readonly Pick<PendingInstall, 'account' | 'arrivedAt'>[]> {
    return this.pendings.find({ connector }, { account: 1, arrivedAt: 1 }).sort({ _id: 1 }).lean<PendingInstall[]>();
  }

  /** Null: no such account waits. @throws ConflictError when it was sealed with a key that no longer exists */
  async open(connector: string, account: string): Promise<InstalledAccount | null> {
    const _id = idOf(connector, account);
    const found = await this.pendings.findById(_id).lean<PendingInstall>();
    if (!found) return null;
    try {
      return {
        account,
        texts: JSON.parse(unseal(found.secrets, _id, this.config.values.CREDENTIALS_KEYS)) as Record<string, string>,
      };
    } catch (error) {
      const why = errorText(error, 'it cannot be opened');
      throw new ConflictError('problems.unusable.token', { reason: why });
    }
  }

  /** Null when it cannot be opened, which accepting the account reports, too. */
  private readable(id: string, open: () => string): string | null {
    try {
      return open();
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      this.logger.error(
        `${id} waits to be accepted and cannot be: ${error.message}. Give that key again in CREDENTIALS_KEYS`,
      );
      return null;
    }
  }

  /** Gives back whether there was one. */
  async forgetPending(connector: string, account: string): Promise<boolean> {
    return (await this.pendings.deleteOne({ _id: idOf(connector, account) })).deletedCount > 0;
  }
}

function idOf(connector: string, account: string): string {
  return `${connector}/${account}`;
}

function hashOf(state: string): string {
  return createHash('sha256').update(state).digest('hex');
}
