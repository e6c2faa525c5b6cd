import { Injectable, Logger } from '@nestjs/common';
import { InjectModel, Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { type Model } from 'mongoose';

export type AlertKind =
  | 'unknown_status'
  | 'oversold'
  | 'drift'
  | 'needs_mapping'
  | 'returned?'
  | 'delivery_short'
  | 'delivery_partial'
  | 'delivery_conflict'
  | 'push_rejected'
  | 'connection_paused';

/** Something that a person has to look at. One document for each kind and subject; it closes when the cause is gone. */
@Schema({ collection: 'alerts', versionKey: false, _id: false })
export class Alert {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) kind!: AlertKind;
  /** What it is about: an order, a SKU, a connection. */
  @Prop({ type: String, required: true }) subject!: string;
  @Prop({ type: String, required: true }) detail!: string;
  @Prop({ type: Date, required: true }) openedAt!: Date;
  /** Absent while it is open. */
  @Prop({ type: Date }) closedAt?: Date;
  /** How often it was raised since it was opened. */
  @Prop({ type: Number, required: true }) times!: number;
}
export const AlertSchema = SchemaFactory.createForClass(Alert);
// What is open, newest first.
AlertSchema.index({ closedAt: 1, openedAt: -1 });

@Injectable()
export class AlertsService {
  private readonly logger = new Logger('Alerts');

  constructor(@InjectModel(Alert.name) private readonly model: Model<Alert>) {}

  async raise(kind: AlertKind, subject: string, detail: string): Promise<void> {
    const _id = `${kind}/${subject}`;
    const now = new Date();
    const again = await this.model.updateOne({ _id, closedAt: { $exists: false } }, { $set: { detail }, $inc: { times: 1 } });
    if (again.matchedCount > 0) return;
    this.logger.warn(`${kind} ${subject}: ${detail}`);
    await this.model.updateOne(
      { _id },
      { $set: { kind, subject, detail, openedAt: now, times: 1 }, $unset: { closedAt: '' } },
      { upsert: true },
    );
  }

  close(kind: AlertKind, subject: string): Promise<void> {
    return this.closeAll(kind, [subject]);
  }

  async closeAll(kind: AlertKind, subjects: readonly string[]): Promise<void> {
    const ids = subjects.map((subject) => `${kind}/${subject}`);
    await this.model.updateMany({ _id: { $in: ids }, closedAt: { $exists: false } }, { $set: { closedAt: new Date() } });
  }

  /** The open ones, newest first. */
  async open(limit: number): Promise<Alert[]> {
    return this.model
      .find({ closedAt: { $exists: false } })
      .sort({ openedAt: -1 })
      .limit(limit)
      .lean();
  }
}
