import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { type Connection } from 'mongoose';
import { databaseOutage } from '../common/mongo/database-away.js';
import { throughConflicts } from '../common/mongo/native.js';

/** How long a proof counts, in milliseconds. */
const COUNTS_MS = 5_000;

/** Finds out whether the database takes writes, with one small write every few seconds, however often it is asked. */
@Injectable()
export class DatabaseProbe {
  private proof: Promise<void> | null = null;
  private provedAt = -Infinity;
  private isProving = false;

  constructor(@InjectConnection() private readonly connection: Connection) {}

  /** Rejects when the database does not take writes; does not resolve while it gives no answer. */
  takesWrites(): Promise<void> {
    const isOld = performance.now() - this.provedAt >= COUNTS_MS;
    if (!this.proof || (isOld && !this.isProving)) this.proof = this.prove();
    return this.proof;
  }

  private async prove(): Promise<void> {
    this.isProving = true;
    try {
      const settings = this.connection.getClient().db(this.connection.name).collection<{ _id: string }>('settings');
      await throughConflicts(() =>
        settings.updateOne({ _id: 'health' }, { $set: { provedAt: new Date() } }, { upsert: true }),
      );
      databaseOutage.ends();
    } finally {
      this.provedAt = performance.now();
      this.isProving = false;
    }
  }
}
