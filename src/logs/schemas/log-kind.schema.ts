import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { type LogService, type LogStatus } from '../../common/log-sink.js';

/**
 * One combination of service, action, status and connection that occurs in the logs. There are a few
 * hundred, so any filter over them becomes a short list of kinds, and one index on `kind` serves them all.
 */
@Schema({ collection: 'log_kinds', versionKey: false, autoIndex: false })
export class LogKind {
  /** `kindOf` the four values. */
  @Prop({ type: String, required: true })
  _id!: string;

  @Prop({ type: String, required: true })
  service!: LogService;

  @Prop({ type: String, required: true })
  action!: string;

  @Prop({ type: String, required: true })
  status!: LogStatus;

  @Prop({ type: String })
  connection?: string;
}

export const LogKindSchema = SchemaFactory.createForClass(LogKind);

export function kindOf(entry: Omit<LogKind, '_id'>): string {
  return `${entry.service}|${entry.action}|${entry.status}|${entry.connection ?? ''}`;
}
