import { ApiProperty } from '@nestjs/swagger';
import { type Transfer } from '../../orders/order.types.js';
import { MovementItem } from '../timeline/timeline-item.dto.js';
import { OrderItem } from './order-queries.dto.js';

const UNITS = { type: 'integer' } as const;
const TIME = { type: String, format: 'date-time' } as const;

export class LinePartItem {
  @ApiProperty()
  sku!: string;

  @ApiProperty({ ...UNITS, description: 'In one unit of the line' })
  units!: number;
}

/** Units that were reserved for a line. */
export class HoldItem {
  @ApiProperty()
  sku!: string;

  @ApiProperty()
  warehouse!: string;

  @ApiProperty(UNITS)
  units!: number;

  @ApiProperty({
    enum: ['held', 'releasing', 'released', 'committed', 'refused'],
    description: 'releasing: to be given back. committed: carried out. refused: another warehouse serves it',
  })
  state!: 'held' | 'releasing' | 'released' | 'committed' | 'refused';

  @ApiProperty({ ...UNITS, nullable: true, description: 'Number of the delivery that carries it out' })
  transfer!: number | null;

  @ApiProperty({ description: 'Key of the movement that promised it' })
  key!: string;
}

export class OrderLineItem {
  @ApiProperty()
  lineId!: string;

  @ApiProperty({ description: "The channel's own SKU" })
  sku!: string;

  @ApiProperty({ ...UNITS, description: '0: its platform shows the line no more' })
  quantity!: number;

  @ApiProperty({
    type: [LinePartItem],
    nullable: true,
    description: 'What one is made of, fixed when it was first planned; null: not planned',
  })
  parts!: LinePartItem[] | null;

  @ApiProperty({ type: [HoldItem] })
  holds!: HoldItem[];
}

/** A delivery in the ERP. */
export class TransferItem {
  @ApiProperty(UNITS)
  n!: number;

  @ApiProperty({ description: 'Its name in the ERP' })
  name!: string;

  @ApiProperty({ enum: ['named', 'done', 'closed', 'cancelled', 'conflict'] })
  state!: Transfer['state'];

  @ApiProperty({ description: 'It should not happen any more' })
  cancel!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'What the ERP calls it' })
  reference!: string | null;
}

export class ReturnItem {
  @ApiProperty()
  lineId!: string;

  @ApiProperty()
  sku!: string;

  @ApiProperty(UNITS)
  units!: number;

  @ApiProperty()
  goodsBack!: boolean;

  @ApiProperty(TIME)
  at!: Date;

  @ApiProperty()
  actor!: string;
}

export class ReleaseItem {
  @ApiProperty()
  reason!: string;

  @ApiProperty()
  actor!: string;

  @ApiProperty(TIME)
  at!: Date;
}

export class OrderAlertItem {
  @ApiProperty()
  kind!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty()
  why!: string;

  @ApiProperty({ description: 'What to do about it' })
  action!: string;

  @ApiProperty()
  detail!: string;

  @ApiProperty(TIME)
  openedAt!: Date;
}

/** Everything about one order. No customer data is stored, so none is shown. */
export class OrderDetails extends OrderItem {
  @ApiProperty({ ...TIME, nullable: true, description: 'When it was last shown to us' })
  seenAt!: Date | null;

  @ApiProperty({ type: [OrderLineItem] })
  lines!: OrderLineItem[];

  @ApiProperty({ type: [TransferItem] })
  transfers!: TransferItem[];

  @ApiProperty({
    type: [ReturnItem],
    description: 'A person’s answer about goods that were delivered and are no longer sold',
  })
  returns!: ReturnItem[];

  @ApiProperty({ type: ReleaseItem, nullable: true, description: 'A person released its reservations' })
  released!: ReleaseItem | null;

  @ApiProperty({ type: [OrderAlertItem], description: 'What is open about it and needs a person' })
  alerts!: OrderAlertItem[];

  @ApiProperty({ type: [MovementItem], description: 'What it made of the ledger, newest first' })
  movements!: MovementItem[];

  @ApiProperty({ description: 'There are more movements than are shown' })
  moreMovements!: boolean;
}
