import { ApiProperty } from '@nestjs/swagger';
import { type SeenBy } from '../../publishing/channel-observation.schema.js';
import { type Cause, type MovementKind } from '../../stock/ledger.types.js';

const UNITS = { type: 'integer' } as const;
const TIME = { type: String, format: 'date-time' } as const;

/** Why a movement was made. */
export class CauseItem {
  @ApiProperty({ enum: ['order', 'command', 'observation'] })
  type!: Cause['type'];

  @ApiProperty({ type: String, nullable: true })
  connection!: string | null;

  @ApiProperty({ type: String, nullable: true })
  orderId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  commandId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The run that found it: GET /runs/:id' })
  runId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Name of the API key that asked' })
  actor!: string | null;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ type: String, nullable: true })
  correlationId!: string | null;
}

/** One line of the ledger. */
export class MovementItem {
  @ApiProperty({ enum: ['movement'] })
  type!: 'movement';

  @ApiProperty()
  id!: string;

  @ApiProperty(TIME)
  at!: Date;

  @ApiProperty()
  sku!: string;

  @ApiProperty()
  warehouse!: string;

  @ApiProperty({
    ...UNITS,
    description: 'Counts the movements of this SKU in this warehouse: their order, whatever the clocks say',
  })
  seq!: number;

  @ApiProperty({ enum: ['reserve', 'release', 'commit', 'adjust', 'reconcile', 'sync_in'] })
  kind!: MovementKind;

  @ApiProperty(UNITS)
  quantityDelta!: number;

  @ApiProperty(UNITS)
  reservedDelta!: number;

  @ApiProperty({ ...UNITS, description: 'After it, like the two below' })
  quantity!: number;

  @ApiProperty(UNITS)
  reserved!: number;

  @ApiProperty(UNITS)
  available!: number;

  @ApiProperty({ description: 'The quantity was observed or counted' })
  observed!: boolean;

  @ApiProperty({ type: CauseItem })
  cause!: CauseItem;
}

/** A number that was published to a channel. */
export class PublishLine {
  @ApiProperty({ enum: ['published'] })
  type!: 'published';

  @ApiProperty({ description: 'Of the push' })
  id!: string;

  @ApiProperty(TIME)
  at!: Date;

  @ApiProperty()
  connection!: string;

  @ApiProperty({ description: "The channel's own SKU" })
  sku!: string;

  @ApiProperty(UNITS)
  quantity!: number;

  @ApiProperty({ enum: ['sending', 'sent', 'lost', 'accepted', 'refused', 'failed', 'unclear'] })
  state!: 'sending' | 'sent' | 'lost' | 'accepted' | 'refused' | 'failed' | 'unclear';

  @ApiProperty({ type: String, nullable: true, description: 'Why it was refused, or failed' })
  reason!: string | null;

  @ApiProperty({ type: String, nullable: true, description: "The platform's name for the push" })
  ref!: string | null;

  @ApiProperty({ ...TIME, nullable: true, description: 'When its outcome was known' })
  finishedAt!: Date | null;

  @ApiProperty({ type: [String], description: 'Orders that led to it' })
  orderIds!: string[];
}

/** A changed number that was observed on a channel. */
export class ObservedLine {
  @ApiProperty({ enum: ['observed'] })
  type!: 'observed';

  @ApiProperty()
  id!: string;

  @ApiProperty(TIME)
  at!: Date;

  @ApiProperty()
  connection!: string;

  @ApiProperty({ description: "The channel's own SKU" })
  sku!: string;

  @ApiProperty(UNITS)
  quantity!: number;

  @ApiProperty({ ...UNITS, nullable: true, description: 'What it showed before; null: it was never seen' })
  before!: number | null;

  @ApiProperty({ ...UNITS, nullable: true, description: 'What it was last told; null: that was not known' })
  published!: number | null;

  @ApiProperty({ enum: ['webhook', 'catalogue', 'reconcile'] })
  seenBy!: SeenBy;
}

export type TimelineItem = MovementItem | PublishLine | ObservedLine;
