import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** Where an ERP keeps what a warehouse of the ledger counts. `code` null: its first warehouse. */
export interface ErpWarehouse {
  readonly connection: string;
  readonly code: string | null;
}

/** What a channel calls the warehouse. */
export interface ChannelLocation {
  readonly connection: string;
  readonly location: string;
}

/** A place where stock is counted. `_id` is its code, the second half of a stock entry. */
@Schema({ collection: 'warehouses', versionKey: false, _id: false })
export class Warehouse {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) name!: string;
  /** Orders are served from the lowest first. */
  @Prop({ type: Number, required: true }) priority!: number;
  /** False: no new order is served from it, and channels are not told of what it holds. */
  @Prop({ type: Boolean, required: true }) active!: boolean;
  /** The ERP that decides what is there; absent: the ledger itself does. */
  @Prop({ type: Object }) erp?: ErpWarehouse;
  /** The environment said which ERP: it is followed until somebody changes it here. */
  @Prop({ type: Boolean }) erpFromEnvironment?: boolean;
  /** A channel that knows some warehouses by a name of its own sells from these alone, and is told each of them. */
  @Prop({ type: [Object], required: true }) channels!: ChannelLocation[];
  @Prop({ type: Date, required: true }) createdAt!: Date;
  @Prop({ type: Date, required: true }) updatedAt!: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const WarehouseSchema = SchemaFactory.createForClass(Warehouse);

export const WAREHOUSES_SCHEMA_VERSION = 1;
/** The warehouse that every installation has. */
export const MAIN_WAREHOUSE = 'main';
