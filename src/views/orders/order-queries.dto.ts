import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsDate, IsIn, IsOptional, Length } from 'class-validator';
import { FLAG_FORM, PageQuery, TEXT_FORM, TIME_FORM, toFlag, toTime } from '../../common/queries.js';
import { ORDER_LIFE } from '../../orders/order-life.js';
import { type OrderStatus } from '../../orders/order-snapshot.js';
import { type Message } from '../../words/message.js';
import { BLOCK_REASONS, type BlockReason } from './blocked-by.js';

export const ORDER_STATUSES = [...ORDER_LIFE, 'unknown'] as const satisfies readonly OrderStatus[];

export class OrderQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'my-shop' })
  @IsOptional()
  @Length(1, 200, TEXT_FORM)
  connection?: string;

  @ApiPropertyOptional({ enum: ORDER_STATUSES })
  @IsOptional()
  @IsIn(ORDER_STATUSES, { message: `must be one of ${ORDER_STATUSES.join(', ')}` })
  status?: OrderStatus;

  @ApiPropertyOptional({ example: 'PROD-001', description: 'In one of its lines, or in what a line is made of' })
  @IsOptional()
  @Length(1, 100, TEXT_FORM)
  sku?: string;

  @ApiPropertyOptional({ description: 'true: something is still to be done for it' })
  @IsOptional()
  @Transform(toFlag)
  @IsBoolean(FLAG_FORM)
  waiting?: boolean;

  @ApiPropertyOptional({ description: 'true: it waits for a SKU to be mapped' })
  @IsOptional()
  @Transform(toFlag)
  @IsBoolean(FLAG_FORM)
  unmapped?: boolean;

  @ApiPropertyOptional({ description: 'true: it holds units where more is promised than there is' })
  @IsOptional()
  @Transform(toFlag)
  @IsBoolean(FLAG_FORM)
  oversold?: boolean;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'First seen at this time or later; without a zone it is UTC',
  })
  @IsOptional()
  @Transform(toTime)
  @IsDate(TIME_FORM)
  since?: Date;
}

export class WaitItem {
  @ApiProperty({ enum: BLOCK_REASONS })
  for!: BlockReason;

  @ApiProperty()
  detail!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'reasons.short',
    description: 'Of `detail`, as GET /words names it; null: the words are another system’s',
  })
  code!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The values in the text' })
  params!: NonNullable<Message['params']>;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  since!: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null: not by itself' })
  nextTry!: Date | null;

  @ApiProperty({ description: 'How often the order itself was to blame' })
  attempts!: number;

  @ApiProperty({ description: 'Dead until a person has it tried again' })
  dead!: boolean;
}

/** An order in a list. */
export class OrderItem {
  @ApiProperty({ example: 'my-shop/12345' })
  id!: string;

  @ApiProperty({ example: 'my-shop' })
  connection!: string;

  @ApiProperty({ example: 'FAL-12345', description: "The platform's id" })
  orderId!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The number that the shopper sees, where it differs' })
  number!: string | null;

  @ApiProperty({ enum: ORDER_STATUSES })
  status!: OrderStatus;

  @ApiProperty({ description: "The platform's own word for it" })
  statusText!: string;

  @ApiProperty({
    type: Boolean,
    nullable: true,
    description: 'Null: the platform does not say it apart from the status',
  })
  paid!: boolean | null;

  @ApiProperty({ type: 'integer', description: 'Over all lines' })
  units!: number;

  @ApiProperty({ type: [String] })
  skus!: string[];

  @ApiProperty({ type: [WaitItem], description: 'Empty: nothing is left to do for it' })
  blockedBy!: WaitItem[];

  @ApiProperty({ type: String, format: 'date-time', description: 'When it was first seen' })
  createdAt!: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt!: Date;
}

export class OrderItemPage {
  @ApiProperty({ type: [OrderItem] })
  items!: OrderItem[];

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Give it as `cursor` to get the next page; null on the last one. A page may be short, or empty, and still not be the last',
  })
  nextCursor!: string | null;
}
