import { createHash, randomBytes } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model } from 'mongoose';
import { errorText } from '../../common/error-text.js';
import { seal, SealError, unseal } from '../sealed.js';
import { ConflictError } from '../../common/errors.js';
import { AppConfig } from '../../config/app-config.js';
import { type InstalledAccount } from '../../connectors/contract.js';
import { INSTALL_SCHEMA_VERSION, InstallLink, PendingInstall } from './schemas.js';

const LINK_MS = 3_600_000;
/** How long the reason is kept why a link no longer works. */
const REMEMBERED_MS = 24 * 3_600_000;
const PENDING_MS = 30 * 24 * 3_600_000;

/** The verdict on a returned state. */
export type StateVerdict = 'fits' | 'unknown' | 'used' | 'expired';

/** Install links, and accounts that were installed without one. */
@Injectable()
export class InstallsRepository implements OnApplicationBootstrap {
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
    if (!newest) return;
    const old = await this.pendings.find({ 'secrets.keyId': { $ne: newest.id } }).lean<PendingInstall[]>();
    for (const { _id, secrets } of old) {
      const text = readable(() => unseal(secrets, _id, keys));
      if (text === null) continue;
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

  /** Uses a link up. Of two callers with the same state, one learns that it was used. */
  async use(connector: string, state: string): Promise<StateVerdict> {
    const now = new Date();
    const fresh = { _id: hashOf(state), connector, usedAt: { $exists: false }, expiresAt: { $gt: now } };
    const used = await this.links.updateOne(fresh, { $set: { usedAt: now } });
    if (used.modifiedCount === 1) return 'fits';
    const link = await this.links.findOne({ _id: hashOf(state), connector }).lean<InstallLink>();
    if (!link) return 'unknown';
    return link.usedAt ? 'used' : 'expired';
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

  /** Gives back whether there was one. */
  async forgetPending(connector: string, account: string): Promise<boolean> {
    return (await this.pendings.deleteOne({ _id: idOf(connector, account) })).deletedCount > 0;
  }
}

/** Null when its key no longer exists; opening it reports that. */
function readable(open: () => string): string | null {
  try {
    return open();
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}

function idOf(connector: string, account: string): string {
  return `${connector}/${account}`;
}

function hashOf(state: string): string {
  return createHash('sha256').update(state).digest('hex');
}
