import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** The ERP's warehouse behind one of the ledger. `code` null: its first warehouse. */
export interface ErpWarehouse {
  readonly connection: string;
  readonly code: string | null;
}

/** A channel's name for the warehouse. */
export interface ChannelLocation {
  readonly connection: string;
  readonly location: string;
}

/** A warehouse of the ledger. `_id` is its code, which is part of the ids of its stock entries. */
@Schema({ collection: 'warehouses', versionKey: false, _id: false })
export class Warehouse {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) name!: string;
  /** The lowest serves orders first. */
  @Prop({ type: Number, required: true }) priority!: number;
  /** False: it serves no new orders, and channels do not receive its stock. */
  @Prop({ type: Boolean, required: true }) active!: boolean;
  /** The ERP that is the master; absent: the ledger is. */
  @Prop({ type: Object }) erp?: ErpWarehouse;
  /** The ERP comes from the environment: it is followed until a person changes it here. */
  @Prop({ type: Boolean }) erpFromEnvironment?: boolean;
  /** The ERP that the environment named before its settings went missing: its entries wait for it. */
  @Prop({ type: String }) erpAway?: string;
  /** The master before `erp` changed, while its entries still have it. */
  @Prop({ type: String }) formerMaster?: string;
  /** A channel with names for some warehouses sells from these only, and receives the number of each. */
  @Prop({ type: [Object], required: true }) channels!: ChannelLocation[];
  @Prop({ type: Date, required: true }) createdAt!: Date;
  @Prop({ type: Date, required: true }) updatedAt!: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const WarehouseSchema = SchemaFactory.createForClass(Warehouse);

export const WAREHOUSES_SCHEMA_VERSION = 1;
/** The warehouse that every installation has. */
export const MAIN_WAREHOUSE = 'main';
