import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';

const ISO_TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** The messages of the checks of query parameters. */
export const TIME_FORM = { message: 'must be an ISO 8601 time, such as 2025-12-16T10:00:00Z' };
export const TEXT_FORM = { message: 'must be a text of 1 to 200 characters, given once' };
export const FLAG_FORM = { message: 'must be true or false' };

/** Parses a time; one without a zone is UTC. Any other value stays as it is, so that the check refuses it. */
export function toTime({ value }: TransformFnParams): unknown {
  if (typeof value !== 'string') return value as unknown;
  const match = ISO_TIME.exec(value);
  if (!match) return value;
  const time = new Date(value.includes('T') && match[1] === undefined ? `${value}Z` : value);
  return Number.isNaN(time.getTime()) ? value : time;
}

/** Parses a whole number, which may be below zero. Any other value stays as it is, so that the check refuses it. */
export function toWhole({ value }: TransformFnParams): unknown {
  return typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : (value as unknown);
}

/** Parses `true` or `false`. Any other value stays as it is, so that the check refuses it. */
export function toFlag({ value }: TransformFnParams): unknown {
  return value === 'true' ? true : value === 'false' ? false : (value as unknown);
}

const LIMIT = { message: 'must be a whole number from 1 to 200' };

/** The paging parameters of every list. */
export class PageQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50, type: 'integer' })
  @IsOptional()
  @Transform(toWhole)
  @IsInt(LIMIT)
  @Min(1, LIMIT)
  @Max(200, LIMIT)
  limit = 50;

  @ApiPropertyOptional({ description: 'The nextCursor of the page before' })
  @IsOptional()
  @IsString({ message: 'must be the nextCursor of the page before' })
  cursor?: string;
}
