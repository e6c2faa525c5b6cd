import { ApiProperty } from '@nestjs/swagger';
import { type PublishedState } from '../../listings/listing.schema.js';

const UNITS = { type: 'integer' } as const;
const TIME = { type: String, format: 'date-time' } as const;

export class PlaceItem {
  @ApiProperty({ description: "The channel's own name for the place" })
  location!: string;

  @ApiProperty(UNITS)
  quantity!: number;
}

export class ListingRulesItem {
  @ApiProperty({ ...UNITS, description: 'Units kept back' })
  buffer!: number;

  @ApiProperty({ ...UNITS, nullable: true, description: 'The most that is shown; null: no limit' })
  cap!: number | null;

  @ApiProperty({ description: 'Not sold here at the moment: 0 is shown' })
  notForSale!: boolean;
}

export class ListingPartItem {
  @ApiProperty({ example: 'PROD-001' })
  sku!: string;

  @ApiProperty({ ...UNITS, minimum: 1 })
  quantity!: number;
}

export class TargetItem {
  @ApiProperty(UNITS)
  quantity!: number;

  @ApiProperty({ type: [PlaceItem], nullable: true, description: 'Where the channel is told place by place' })
  places!: PlaceItem[] | null;
}

export class PublishedItem extends TargetItem {
  @ApiProperty({ enum: ['observed', 'sent', 'accepted'] })
  state!: PublishedState['state'];

  @ApiProperty(TIME)
  at!: Date;
}

export class SeenItem {
  @ApiProperty(UNITS)
  quantity!: number;

  @ApiProperty(TIME)
  at!: Date;
}

export class ListingWaitItem {
  @ApiProperty({ ...TIME, nullable: true })
  since!: Date | null;

  @ApiProperty({ ...TIME, nullable: true })
  nextTry!: Date | null;

  @ApiProperty({ type: String, nullable: true })
  error!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'reasons.brake',
    description: 'Of `error`, as GET /words names it; null: the words are another system’s',
  })
  code!: string | null;
}

/** A SKU as one channel sells it. */
export class ListingItem {
  @ApiProperty({ example: 'my-shop/PROD-001' })
  id!: string;

  @ApiProperty({ example: 'my-shop' })
  connection!: string;

  @ApiProperty({ example: 'PROD-001', description: "The channel's own SKU" })
  sku!: string;

  @ApiProperty({ type: String, nullable: true })
  externalId!: string | null;

  @ApiProperty({ type: ListingRulesItem })
  rules!: ListingRulesItem;

  @ApiProperty({
    type: [ListingPartItem],
    nullable: true,
    description: 'What one is made of; null: one of the stock SKU of that name',
  })
  parts!: ListingPartItem[] | null;

  @ApiProperty({ type: TargetItem, nullable: true, description: 'What the publishing rule gives at this moment' })
  wanted!: TargetItem | null;

  @ApiProperty({
    enum: ['number', 'unseen', 'nothing', 'off'],
    description: 'unseen: not counted yet. nothing: it moves no stock. off: the connection is not configured',
  })
  wantedState!: 'number' | 'unseen' | 'nothing' | 'off';

  @ApiProperty({
    type: PublishedItem,
    nullable: true,
    description: 'Null: what the channel shows is not known, for instance after a sale there',
  })
  published!: PublishedItem | null;

  @ApiProperty({ description: 'The channel has taken the number it was told' })
  accepted!: boolean;

  @ApiProperty({ type: SeenItem, nullable: true, description: 'What the channel was last seen to show' })
  observed!: SeenItem | null;

  @ApiProperty({ type: SeenItem, nullable: true, description: 'In shadow: what it would be told' })
  preview!: SeenItem | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why the channel refused the last number' })
  error!: string | null;

  @ApiProperty({
    type: ListingWaitItem,
    nullable: true,
    description: 'Its number is to be published; null: nothing to publish',
  })
  waiting!: ListingWaitItem | null;
}
