import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { type Warehouse } from '../../connections/warehouses/warehouse.schema.js';
import { PLAIN } from '../../common/params.js';

const CODE = /^[A-Za-z0-9._-]{1,40}$/;
const CODE_FORM = { message: 'code must be 1 to 40 letters, digits, dots, dashes and underscores' };
const MOST_CHANNELS = 50;
const MOST_PRIORITY = 1_000_000;

/** The ERP's warehouse behind this one. */
export class ErpPlaceDto {
  @ApiProperty({ example: 'my-erp' })
  @IsString()
  @Length(1, 100)
  connection!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'WH',
    description: "The ERP's own code of it; null: its first warehouse",
  })
  @ValidateIf((place: ErpPlaceDto) => place.code !== null)
  @IsString({ message: 'code must be a text or null' })
  @Length(1, 100)
  @Matches(PLAIN, { message: 'code must have no control characters' })
  code!: string | null;
}

/** A channel's name for the warehouse. */
export class ChannelPlaceDto {
  @ApiProperty({ example: 'my-shop' })
  @IsString()
  @Length(1, 100)
  connection!: string;

  @ApiProperty({ example: 'GSC-SNSR-123', description: "The channel's own name for it" })
  @IsString()
  @Length(1, 100)
  @Matches(PLAIN, { message: 'location must have no control characters' })
  location!: string;
}

class WarehouseFieldsDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 0, description: 'Orders are served from the lowest first' })
  @ValidateIf((change: WarehouseFieldsDto) => change.priority !== undefined)
  @IsInt({ message: 'priority must be a whole number' })
  @Min(0)
  @Max(MOST_PRIORITY)
  priority?: number;

  @ApiPropertyOptional({
    description: 'false: no new order is served from it, and channels are not told of what it holds',
  })
  @ValidateIf((change: WarehouseFieldsDto) => change.active !== undefined)
  @IsBoolean()
  active?: boolean;

  @ApiPropertyOptional({
    type: ErpPlaceDto,
    nullable: true,
    description: 'The ERP that decides what is there; null: the ledger itself',
  })
  @IsOptional()
  @ValidateNested({ message: 'erp must be an object with connection and code, or null' })
  @Type(() => ErpPlaceDto)
  erp?: ErpPlaceDto | null;

  @ApiPropertyOptional({
    type: [ChannelPlaceDto],
    description:
      'A channel that knows some warehouses by a name of its own sells from these alone, and is told each of them',
  })
  @ValidateIf((change: WarehouseFieldsDto) => change.channels !== undefined)
  @IsArray()
  @ArrayMaxSize(MOST_CHANNELS)
  @ValidateNested({ each: true })
  @Type(() => ChannelPlaceDto)
  channels?: ChannelPlaceDto[];
}

/** A person's decision about a warehouse. Absent fields stay as they are. */
export class WarehouseChangeDto extends WarehouseFieldsDto {
  @ApiPropertyOptional({ example: 'Bodega norte' })
  @ValidateIf((change: WarehouseChangeDto) => change.name !== undefined)
  @IsString()
  @Length(1, 100)
  @Matches(PLAIN, { message: 'name must have no control characters' })
  name?: string;

  @ApiPropertyOptional({
    default: false,
    description: 'true: what was counted here so far gets the new master; else a counted warehouse keeps its own',
  })
  @IsOptional()
  @IsBoolean()
  handOver?: boolean;
}

export class WarehouseDto extends WarehouseFieldsDto {
  @ApiProperty({ example: 'north', description: 'The second half of a stock entry; never changes' })
  @IsString()
  @Matches(CODE, CODE_FORM)
  code!: string;

  @ApiProperty({ example: 'Bodega norte' })
  @IsString()
  @Length(1, 100)
  @Matches(PLAIN, { message: 'name must have no control characters' })
  name!: string;
}

/** A warehouse of the ledger. */
export class WarehouseItem {
  @ApiProperty({ example: 'main' })
  code!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: 'integer' })
  priority!: number;

  @ApiProperty()
  active!: boolean;

  @ApiProperty({ type: ErpPlaceDto, nullable: true })
  erp!: ErpPlaceDto | null;

  @ApiProperty({ type: [ChannelPlaceDto] })
  channels!: ChannelPlaceDto[];

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt!: Date;
}

export class WarehouseItemPage {
  @ApiProperty({ type: [WarehouseItem] })
  items!: WarehouseItem[];

  @ApiProperty({ type: String, nullable: true, description: 'Always null: they are few' })
  nextCursor!: null;
}

export function toWarehouseItem({ _id, name, priority, active, erp, channels, updatedAt }: Warehouse): WarehouseItem {
  return {
    code: _id,
    name,
    priority,
    active,
    erp: erp ? { connection: erp.connection, code: erp.code } : null,
    channels: channels.map(({ connection, location }) => ({ connection, location })),
    updatedAt,
  };
}
