import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { type LogService, type LogStatus, type LogStep } from '../../common/log-sink.js';

export const LOG_SCHEMA_VERSION = 1;

/** One request, one attempt at a job, or one call out. Written once, never changed, gone after LOG_TTL_DAYS. */
@Schema({ collection: 'logs', versionKey: false, autoIndex: false, minimize: false })
export class Log {
  /** From `timeOrderedId`: its order is the order of writing. */
  @Prop({ type: String, required: true })
  _id!: string;

  @Prop({ type: String, required: true })
  service!: LogService;

  /** `subject.verb`. */
  @Prop({ type: String, required: true })
  action!: string;

  @Prop({ type: String, required: true })
  status!: LogStatus;

  /** Milliseconds. */
  @Prop({ type: Number, required: true })
  duration!: number;

  /** When it began. */
  @Prop({ type: Date, required: true })
  timestamp!: Date;

  /** When the database may delete it. */
  @Prop({ type: Date, required: true })
  expireAt!: Date;

  @Prop({ type: Number, required: true })
  schemaVersion!: number;

  @Prop({ type: Object })
  request?: Record<string, unknown>;

  @Prop({ type: Object })
  response?: Record<string, unknown>;

  /** Named moments within, each with the milliseconds it took. */
  @Prop({ type: [Object], default: undefined })
  steps?: LogStep[];

  /** Left out where there are none, like the two below: the partial indexes then stay small. */
  @Prop({ type: [String], default: undefined })
  orderIds?: string[];

  @Prop({ type: [String], default: undefined })
  productSkus?: string[];

  @Prop({ type: [String], default: undefined })
  correlationIds?: string[];

  @Prop({ type: String })
  connection?: string;

  @Prop({ type: String })
  actor?: string;
}

export const LogSchema = SchemaFactory.createForClass(Log);

// Every index ends in _id, so that a page is read in order and stops at its limit. None for time ranges: _id is time.

/** GET /logs/order/:orderId and ?orderId= */
LogSchema.index({ orderIds: 1, _id: -1 }, { name: 'order', partialFilterExpression: { orderIds: { $exists: true } } });
/** GET /logs/product/:sku and ?productSku= */
LogSchema.index({ productSkus: 1, _id: -1 }, { name: 'product', partialFilterExpression: { productSkus: { $exists: true } } });
/** GET /logs?correlationId= */
LogSchema.index({ correlationIds: 1, _id: -1 }, { name: 'correlation', partialFilterExpression: { correlationIds: { $exists: true } } });
/** GET /logs?status= with or without service=, and ?service= (the repository then names every status) */
LogSchema.index({ status: 1, service: 1, _id: -1 }, { name: 'status_service' });
/** GET /logs?action= with or without status= */
LogSchema.index({ action: 1, status: 1, _id: -1 }, { name: 'action_status' });
/** GET /logs?connection= with or without status= */
LogSchema.index(
  { connection: 1, status: 1, _id: -1 },
  { name: 'connection_status', partialFilterExpression: { connection: { $exists: true } } },
);
/** Deletion after LOG_TTL_DAYS. */
LogSchema.index({ expireAt: 1 }, { name: 'expiry', expireAfterSeconds: 0 });
