import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { markFields, type Mark, whereOpen } from '../common/mongo/mark.js';
import { type Cause, type MovementKind } from './ledger.types.js';

/**
 * One immutable line of the ledger. `_id` is the entry's id and the seq in its chain: the insert is the
 * check and the commit.
 */
@Schema({ collection: 'stock_movements', versionKey: false, _id: false })
export class StockMovement {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) entry!: string;
  @Prop({ type: String, required: true }) sku!: string;
  @Prop({ type: String, required: true }) warehouse!: string;
  @Prop({ type: Number, required: true }) seq!: number;
  @Prop({ type: String, required: true }) kind!: MovementKind;
  @Prop({ type: Number, required: true }) quantityDelta!: number;
  @Prop({ type: Number, required: true }) reservedDelta!: number;
  /** Quantity after this movement, in units. */
  @Prop({ type: Number, required: true }) quantity!: number;
  /** Reserved after this movement, in units. */
  @Prop({ type: Number, required: true }) reserved!: number;
  @Prop({ type: String, required: true }) key!: string;
  @Prop({ type: Object, required: true }) cause!: Cause;
  /** The quantity was set from an observation of the ERP. */
  @Prop({ type: Boolean, required: true }) observed!: boolean;
  /** The master at that time: `ledger`, or the id of an ERP connection. Absent in movements of the first release. */
  @Prop({ type: String }) master?: string;
  @Prop({ type: Date, required: true }) at!: Date;
  /** Present until the entry and the listings know of this movement. */
  @Prop({ type: Object }) project?: Pick<Mark, 'since' | 'due'>;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const StockMovementSchema = SchemaFactory.createForClass(StockMovement);
// Makes one movement of a repeated command, and finds a command's movement again.
StockMovementSchema.index({ entry: 1, key: 1 }, { unique: true });
// The sweeper: movements that are not projected.
StockMovementSchema.index({ 'project.due': 1 }, whereOpen('project'));
// The movements of one order, for its timeline.
StockMovementSchema.index({ 'cause.connection': 1, 'cause.orderId': 1 }, { sparse: true });

/** One warehouse of the ERP as it was last read, in units. */
export interface SeenWarehouse {
  readonly code: string;
  readonly name: string;
  readonly onHand: number;
  readonly free: number;
  readonly heldByUs: number;
}

/** SKU x warehouse as its chain leaves it: a projection that can be rebuilt. Seq 0: no movement yet. */
@Schema({ collection: 'stock_entries', versionKey: false, _id: false })
export class StockEntry {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) sku!: string;
  @Prop({ type: String, required: true }) warehouse!: string;
  /** `ledger`, or the id of the ERP connection that is the master. */
  @Prop({ type: String, required: true }) master!: string;
  @Prop({ type: Number, required: true }) seq!: number;
  @Prop({ type: Number, required: true }) quantity!: number;
  @Prop({ type: Number, required: true }) reserved!: number;
  @Prop({ type: Number, required: true }) available!: number;
  /** When the ERP was last read for it. Absent: never, and nothing is published. */
  @Prop({ type: Date }) observedAt?: Date;
  /** How often the ERP was read and agreed with the ledger. */
  @Prop({ type: Number }) observations?: number;
  /** The ERP's own figures when it was last read. */
  @Prop({ type: Object }) seen?: { at: Date; warehouses: readonly SeenWarehouse[] };
  /** Observed in the ERP and not written: it waits for a person, or for the end of a full `scan`. */
  @Prop({ type: Object }) held?: { quantity: number; at: Date; scan?: string };
  /** The last observation that changed the quantity by much, and the quantity before it. */
  @Prop({ type: Object }) largeChange?: { at: Date; from: number };
  /** A person approved what was held: the next observation is written, whatever its size. */
  @Prop({ type: Boolean }) approved?: true;
  /** Why it could not be observed: unknown in the ERP, not unique, and so on. */
  @Prop({ type: String }) problem?: string;
  /** Since when. */
  @Prop({ type: Date }) problemSince?: Date;
  @Prop({ type: markFields, _id: false }) observe!: Mark;
  @Prop({ type: Date, required: true }) updatedAt!: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const StockEntrySchema = SchemaFactory.createForClass(StockEntry);
// All warehouses of a SKU.
StockEntrySchema.index({ sku: 1 });
// The sweeper: entries to observe.
StockEntrySchema.index({ 'observe.due': 1 }, whereOpen('observe'));
// The brake: held entries of an ERP, and recent large changes.
StockEntrySchema.index({ master: 1, 'held.at': 1 }, { partialFilterExpression: { 'held.at': { $exists: true } } });
StockEntrySchema.index(
  { master: 1, 'largeChange.at': 1 },
  { partialFilterExpression: { 'largeChange.at': { $exists: true } } },
);
// GET /tasks: dead entries. Partial: on DocumentDB a sparse index costs every write, also of documents
// without the field.
StockEntrySchema.index({ 'observe.dead': 1 }, { partialFilterExpression: { 'observe.dead': true } });

export const STOCK_SCHEMA_VERSION = 1;
