import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Max, Min, ValidateIf } from 'class-validator';

const PERCENT = { message: 'must be a whole number from 1 to 100, or null for what BRAKE_PERCENT says' };
const LEAST = { message: 'must be a whole number from 1 to 1000000, or null for what BRAKE_LEAST says' };
const isGiven = (_: unknown, value: unknown) => value !== undefined && value !== null;

/** The share from which on a connection's changes wait. Absent fields stay as they are. */
export class BrakeLimitsDto {
  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: 100,
    description: '100: nothing ever waits',
  })
  @ValidateIf(isGiven)
  @IsInt(PERCENT)
  @Min(1, PERCENT)
  @Max(100, PERCENT)
  percent?: number | null;

  @ApiPropertyOptional({ type: 'integer', nullable: true, minimum: 1, maximum: 1_000_000 })
  @ValidateIf(isGiven)
  @IsInt(LEAST)
  @Min(1, LEAST)
  @Max(1_000_000, LEAST)
  least?: number | null;
}

/** One held change. */
export class HeldItem {
  @ApiProperty({ example: 'PROD-001' })
  sku!: string;

  @ApiPropertyOptional({ example: 'main', description: 'Of an ERP: where it is counted' })
  warehouse?: string;

  @ApiProperty({ description: 'The number that stands, in units' })
  from!: number;

  @ApiProperty({ description: 'What it would become' })
  to!: number;

  @ApiProperty()
  since!: string;

  @ApiProperty({
    enum: ['person', 'scan'],
    description: 'scan: it is judged with all others when the full scan ends',
  })
  blockedBy!: 'person' | 'scan';
}

/** The brake of a connection. */
export class BrakeView {
  @ApiProperty()
  connection!: string;

  @ApiProperty({ enum: ['channel', 'erp'] })
  role!: 'channel' | 'erp';

  @ApiProperty({ description: 'Changes wait for a person' })
  on!: boolean;

  @ApiProperty({ type: String, nullable: true })
  since!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'What is the matter, and what to do' })
  why!: string | null;

  @ApiProperty({ description: 'So many changes wait' })
  held!: number;

  @ApiProperty({ description: 'Of so many listings, or SKUs in warehouses' })
  of!: number;

  @ApiProperty({
    description: 'Changes wait that would set to 0, or change by more than half, more than this share, in per cent',
  })
  percent!: number;

  @ApiProperty({ description: 'And at least so many' })
  least!: number;

  @ApiProperty({ nullable: true, type: Object, description: 'The last approval' })
  approved!: { readonly at: string; readonly actor: string; readonly reason: string; readonly count: number } | null;

  @ApiProperty({ type: [HeldItem] })
  items!: HeldItem[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

/** What was approved. */
export class BrakeApproval {
  @ApiProperty({ description: 'So many changes go through now; their numbers are read anew' })
  approved!: number;
}
