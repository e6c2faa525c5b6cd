import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { type Sealed } from '../sealed.js';

/** A link at which the owner of an account may let the app in, once. `_id`: the hash of its state, which nobody but the browser has. */
@Schema({ collection: 'install_links', versionKey: false, _id: false })
export class InstallLink {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connector!: string;
  @Prop({ type: String, required: true }) actor!: string;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  /** It works no longer than this. */
  @Prop({ type: Date, required: true }) expiresAt!: Date;
  @Prop({ type: Date }) usedAt?: Date;
  /** Kept for a while, so that somebody who comes late is told why. */
  @Prop({ type: Date, required: true }) expireAt!: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const InstallLinkSchema = SchemaFactory.createForClass(InstallLink);
InstallLinkSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });

/** An account whose owner let the app in without a link of ours: not used until somebody here says so. `_id`: connector and account. */
@Schema({ collection: 'pending_installs', versionKey: false, _id: false })
export class PendingInstall {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connector!: string;
  /** The platform's own name for it. */
  @Prop({ type: String, required: true }) account!: string;
  /** What it is connected with, sealed as one JSON object. */
  @Prop({ type: Object, required: true }) secrets!: Sealed;
  @Prop({ type: Date, required: true }) arrivedAt!: Date;
  @Prop({ type: Date, required: true }) expireAt!: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const PendingInstallSchema = SchemaFactory.createForClass(PendingInstall);
PendingInstallSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });

export const INSTALL_SCHEMA_VERSION = 1;
