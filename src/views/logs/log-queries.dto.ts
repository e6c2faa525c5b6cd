import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDate, IsIn, IsOptional, IsString, Length } from 'class-validator';
import { type LogService, type LogStatus } from '../../common/log-sink.js';
import { PageQuery, TEXT_FORM, TIME_FORM, toTime } from '../../common/queries.js';

/** The paging parameters of the logs of one order or product. */
export class LogStoryQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['asc', 'desc'], default: 'desc', description: 'desc: newest first' })
  @IsOptional()
  @IsIn(['asc', 'desc'], { message: 'must be asc or desc' })
  sort: 'asc' | 'desc' = 'desc';
}

export class LogQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'orchestrator', description: 'api, orchestrator or the name of a connector' })
  @IsOptional()
  @IsString({ message: 'must be one text' })
  service?: LogService;

  @ApiPropertyOptional({ example: 'webhook.order' })
  @IsOptional()
  @Length(1, 200, TEXT_FORM)
  action?: string;

  @ApiPropertyOptional({ enum: ['success', 'error', 'pending'] })
  @IsOptional()
  @IsIn(['success', 'error', 'pending'], { message: 'must be success, error or pending' })
  status?: LogStatus;

  @ApiPropertyOptional({ example: 'FAL-12345' })
  @IsOptional()
  @Length(1, 200, TEXT_FORM)
  orderId?: string;

  @ApiPropertyOptional({ example: 'PROD-001' })
  @IsOptional()
  @Length(1, 200, TEXT_FORM)
  productSku?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @Length(1, 200, TEXT_FORM)
  connection?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @Length(1, 200, TEXT_FORM)
  correlationId?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'Written at this time or later; without a zone it is UTC',
  })
  @IsOptional()
  @Transform(toTime)
  @IsDate(TIME_FORM)
  from?: Date;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'Written before this time; without a zone it is UTC',
  })
  @IsOptional()
  @Transform(toTime)
  @IsDate(TIME_FORM)
  to?: Date;
}
