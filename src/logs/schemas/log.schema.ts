import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { type LogService, type LogStatus, type LogStep } from '../../common/log-sink.js';

export const LOG_SCHEMA_VERSION = 1;

/** One request, one attempt at a job, or one outbound call. Written once, never changed, deleted after LOG_TTL_DAYS. */
@Schema({ collection: 'logs', versionKey: false, autoIndex: false, minimize: false })
export class Log {
  /** From `timeOrderedId`, so that its order is the order of writing. */
  @Prop({ type: String, required: true })
  _id!: string;

  @Prop({ type: String, required: true })
  service!: LogService;

  /** As `subject.verb`. */
  @Prop({ type: String, required: true })
  action!: string;

  @Prop({ type: String, required: true })
  status!: LogStatus;

  /** `kindOf` the entry: one indexed field in place of four. */
  @Prop({ type: String, required: true })
  kind!: string;

  /** Milliseconds. */
  @Prop({ type: Number, required: true })
  duration!: number;

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

  /** Named moments within, each with its duration in milliseconds. */
  @Prop({ type: [Object], default: undefined })
  steps?: LogStep[];

  /** Absent where there are none, like the two below, so that the partial indexes stay small. */
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

// Few indexes, because each costs every write: about 25 µs on DocumentDB. All but the last end in `_id`,
// which sorts by time, so that none needs a time field.

/** GET /logs/order/:orderId and ?orderId= */
LogSchema.index({ orderIds: 1, _id: -1 }, { name: 'order', partialFilterExpression: { orderIds: { $exists: true } } });
/** GET /logs/product/:sku and ?productSku= */
LogSchema.index(
  { productSkus: 1, _id: -1 },
  { name: 'product', partialFilterExpression: { productSkus: { $exists: true } } },
);
/** GET /logs?correlationId= */
LogSchema.index(
  { correlationIds: 1, _id: -1 },
  { name: 'correlation', partialFilterExpression: { correlationIds: { $exists: true } } },
);
/** GET /logs with any of service=, action=, status=, connection=: the kinds that match are looked up first */
LogSchema.index({ kind: 1, _id: -1 }, { name: 'kind' });
/** Deletion after LOG_TTL_DAYS. */
LogSchema.index({ expireAt: 1 }, { name: 'expiry', expireAfterSeconds: 0 });
