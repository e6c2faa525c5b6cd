import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type LogService, type LogStatus } from '../../common/log-sink.js';
import { type Log } from '../../logs/schemas/log.schema.js';

export class LogStepItem {
  @ApiProperty({ example: 'stored' })
  step!: string;

  @ApiProperty({ description: 'Milliseconds' })
  duration!: number;
}

/** One log as the API shows it. */
export class LogItem {
  @ApiProperty()
  id!: string;

  @ApiProperty({ example: 'orchestrator', description: 'api, orchestrator or the name of a connector' })
  service!: LogService;

  @ApiProperty({ example: 'webhook.order' })
  action!: string;

  @ApiProperty({ enum: ['success', 'error', 'pending'] })
  status!: LogStatus;

  @ApiProperty({
    type: Object,
    nullable: true,
    description:
      'What went in, without secrets and personal data; of a refused request also `client`, the address that it came from',
  })
  request!: Record<string, unknown> | null;

  @ApiProperty({ type: Object, nullable: true, description: 'What came out' })
  response!: Record<string, unknown> | null;

  @ApiProperty({ description: 'Milliseconds' })
  duration!: number;

  @ApiProperty({ type: String, nullable: true })
  orderId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  productSku!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The same from a webhook to the last push it leads to' })
  correlationId!: string | null;

  @ApiProperty({ format: 'date-time', type: String, description: 'When it began' })
  timestamp!: Date;

  @ApiProperty({ type: String, nullable: true })
  connection!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Name of the API key, or of the connection, that asked' })
  actor!: string | null;

  @ApiProperty({ type: [LogStepItem] })
  steps!: LogStepItem[];

  @ApiPropertyOptional({ type: [String], description: 'Only where there are several' })
  orderIds?: string[];

  @ApiPropertyOptional({ type: [String], description: 'Only where there are several' })
  productSkus?: string[];

  @ApiPropertyOptional({ type: [String], description: 'Only where there are several' })
  correlationIds?: string[];
}

export class LogItemPage {
  @ApiProperty({ type: [LogItem] })
  items!: LogItem[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Give it as `cursor` to get the next page; null on the last one',
  })
  nextCursor!: string | null;
}

/** Shows the first of several ids in the singular field, and the list only when there are several. */
export function toLogItem(log: Log): LogItem {
  return {
    id: log._id,
    service: log.service,
    action: log.action,
    status: log.status,
    request: log.request ?? null,
    response: log.response ?? null,
    duration: log.duration,
    orderId: log.orderIds?.[0] ?? null,
    productSku: log.productSkus?.[0] ?? null,
    correlationId: log.correlationIds?.[0] ?? null,
    timestamp: log.timestamp,
    connection: log.connection ?? null,
    actor: log.actor ?? null,
    steps: (log.steps ?? []).map(({ step, duration }) => ({ step, duration })),
    ...(several(log.orderIds) && { orderIds: log.orderIds }),
    ...(several(log.productSkus) && { productSkus: log.productSkus }),
    ...(several(log.correlationIds) && { correlationIds: log.correlationIds }),
  };
}

function several(ids: readonly string[] | undefined): boolean {
  return (ids?.length ?? 0) > 1;
}
