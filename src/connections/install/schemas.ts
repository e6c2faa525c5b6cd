import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { type Sealed } from '../sealed.js';

/**
 * A link with which the owner of an account may install the app, once. `_id`: the hash of its state, which
 * only the browser has.
 */
@Schema({ collection: 'install_links', versionKey: false, _id: false })
export class InstallLink {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connector!: string;
  @Prop({ type: String, required: true }) actor!: string;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  /** The end of its validity. */
  @Prop({ type: Date, required: true }) expiresAt!: Date;
  @Prop({ type: Date }) usedAt?: Date;
  /** A browser returned with it, and its code is being exchanged. */
  @Prop({ type: Object }) lease?: { owner: string; until: Date };
  /** Kept for a while, to explain an expired link. */
  @Prop({ type: Date, required: true }) expireAt!: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const InstallLinkSchema = SchemaFactory.createForClass(InstallLink);
InstallLinkSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });

/** An account that was installed without a link: not used until a person accepts it. `_id`: connector and account. */
@Schema({ collection: 'pending_installs', versionKey: false, _id: false })
export class PendingInstall {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connector!: string;
  /** The platform's own name for it. */
  @Prop({ type: String, required: true }) account!: string;
  /** Its credentials, sealed as one JSON object. */
  @Prop({ type: Object, required: true }) secrets!: Sealed;
  @Prop({ type: Date, required: true }) arrivedAt!: Date;
  @Prop({ type: Date, required: true }) expireAt!: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const PendingInstallSchema = SchemaFactory.createForClass(PendingInstall);
PendingInstallSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });

export const INSTALL_SCHEMA_VERSION = 1;
