import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsDate, IsIn, IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { type LogService, type LogStatus } from '../common/log-sink.js';

const ISO_TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** A time without a zone is UTC. What is no time stays as it is, for the check to refuse. */
function toTime({ value }: TransformFnParams): unknown {
  if (typeof value !== 'string') return value as unknown;
  const match = ISO_TIME.exec(value);
  if (!match) return value;
  const time = new Date(value.includes('T') && match[1] === undefined ? `${value}Z` : value);
  return Number.isNaN(time.getTime()) ? value : time;
}

function toWhole({ value }: TransformFnParams): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : (value as unknown);
}

const WHOLE = { message: 'must be a whole number from 1 to 200' };
const TIME = { message: 'must be an ISO 8601 time, such as 2025-12-16T10:00:00Z' };
const TEXT = { message: 'must be a text of 1 to 200 characters, given once' };

/** How a list of logs is paged. */
export class LogPageQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50, type: 'integer' })
  @IsOptional()
  @Transform(toWhole)
  @IsInt(WHOLE)
  @Min(1, WHOLE)
  @Max(200, WHOLE)
  limit = 50;

  @ApiPropertyOptional({ description: 'The nextCursor of the page before' })
  @IsOptional()
  @IsString({ message: 'must be the nextCursor of the page before' })
  cursor?: string;
}

/** How the logs of one order or product are paged. */
export class LogStoryQuery extends LogPageQuery {
  @ApiPropertyOptional({ enum: ['asc', 'desc'], default: 'desc', description: 'desc: newest first' })
  @IsOptional()
  @IsIn(['asc', 'desc'], { message: 'must be asc or desc' })
  sort: 'asc' | 'desc' = 'desc';
}

/** Which logs are wanted. */
export class LogQuery extends LogPageQuery {
  @ApiPropertyOptional({ enum: ['falabella', 'odoo', 'tiendanube', 'orchestrator', 'api'] })
  @IsOptional()
  @IsIn(['falabella', 'odoo', 'tiendanube', 'orchestrator', 'api'], {
    message: 'must be falabella, odoo, tiendanube, orchestrator or api',
  })
  service?: LogService;

  @ApiPropertyOptional({ example: 'webhook.order' })
  @IsOptional()
  @Length(1, 200, TEXT)
  action?: string;

  @ApiPropertyOptional({ enum: ['success', 'error', 'pending'] })
  @IsOptional()
  @IsIn(['success', 'error', 'pending'], { message: 'must be success, error or pending' })
  status?: LogStatus;

  @ApiPropertyOptional({ example: 'FAL-12345' })
  @IsOptional()
  @Length(1, 200, TEXT)
  orderId?: string;

  @ApiPropertyOptional({ example: 'PROD-001' })
  @IsOptional()
  @Length(1, 200, TEXT)
  productSku?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @Length(1, 200, TEXT)
  connection?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @Length(1, 200, TEXT)
  correlationId?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Written at this time or later; without a zone it is UTC' })
  @IsOptional()
  @Transform(toTime)
  @IsDate(TIME)
  from?: Date;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Written before this time; without a zone it is UTC' })
  @IsOptional()
  @Transform(toTime)
  @IsDate(TIME)
  to?: Date;
}
