import { ApiProperty } from '@nestjs/swagger';
import { ListingItem } from '../listings/listing-item.dto.js';
import { StockItem } from './stock-queries.dto.js';

const UNITS = { type: 'integer' } as const;

/** A warehouse of an ERP as it was last read. */
export class SeenWarehouseItem {
  @ApiProperty()
  code!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty(UNITS)
  onHand!: number;

  @ApiProperty({ ...UNITS, description: 'On hand less everything reserved there' })
  free!: number;

  @ApiProperty({ ...UNITS, description: 'Reserved there by our own deliveries' })
  heldByUs!: number;
}

export class StockEntryItem extends StockItem {
  @ApiProperty({ ...UNITS, description: 'How many movements there were' })
  seq!: number;

  @ApiProperty({ ...UNITS, description: 'Reserved for no known order; 0 where all is well' })
  unexplained!: number;

  @ApiProperty({
    type: [SeenWarehouseItem],
    nullable: true,
    description: "The ERP's own figures when it was last read",
  })
  seen!: SeenWarehouseItem[] | null;
}

/** The owner of reserved units. */
export class ReservationItem {
  @ApiProperty({ enum: ['order', 'command'] })
  by!: 'order' | 'command';

  @ApiProperty({ example: 'my-shop/12345' })
  id!: string;

  @ApiProperty({ type: String, required: false, description: "Of an order: its platform's id" })
  orderId?: string;

  @ApiProperty({
    type: String,
    nullable: true,
    required: false,
    description: 'Of an order: the number that the shopper sees',
  })
  number?: string | null;

  @ApiProperty({ type: String, required: false })
  connection?: string;

  @ApiProperty({ type: String, required: false, description: 'Of an order' })
  status?: string;

  @ApiProperty({ type: String, required: false, description: 'Of a command: what was asked for' })
  kind?: string;

  @ApiProperty({ type: String, required: false, description: 'Of a command: name of the API key that asked' })
  actor?: string;

  @ApiProperty()
  warehouse!: string;

  @ApiProperty(UNITS)
  units!: number;

  @ApiProperty({ type: String, format: 'date-time' })
  since!: Date;
}

export class StockTotals {
  @ApiProperty(UNITS)
  quantity!: number;

  @ApiProperty(UNITS)
  reserved!: number;

  @ApiProperty(UNITS)
  available!: number;

  @ApiProperty(UNITS)
  unexplained!: number;
}

/** Everything about one SKU: its stock, its reservations, and the channels' numbers. */
export class StockDetails {
  @ApiProperty({ example: 'PROD-001' })
  sku!: string;

  @ApiProperty({ type: StockTotals })
  totals!: StockTotals;

  @ApiProperty({ type: [StockEntryItem], description: 'One for each warehouse' })
  entries!: StockEntryItem[];

  @ApiProperty({ type: [ReservationItem], description: 'What `reserved` is made of, the oldest first' })
  reservations!: ReservationItem[];

  @ApiProperty({ type: [ListingItem], description: 'Wherever it is sold, alone or as a part' })
  listings!: ListingItem[];
}
