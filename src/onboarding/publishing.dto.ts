import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsObject, IsOptional, IsString, Length } from 'class-validator';
import { InvalidInputError } from '../common/errors.js';
import { PageQuery } from '../common/queries.js';
import { DECISIONS, type OrderDecision } from './connection.dto.js';

const MOST_SKUS = 5_000;
const MOST_ORDERS = 5_000;
const DECISION = { message: `must be one of ${DECISIONS.join(', ')}` };

export class OpenOrdersDto {
  @ApiPropertyOptional({
    enum: DECISIONS,
    description:
      'What is to become of the open orders that are not named in `orders`. handled: somebody else delivers them, they never move stock. counted: they are reserved and delivered like new ones',
  })
  @IsOptional()
  @IsIn(DECISIONS, DECISION)
  openOrders?: OrderDecision;

  @ApiPropertyOptional({ description: 'The same, order by order', example: { 'my-shop/1001': 'counted' } })
  @IsOptional()
  @IsObject({ message: 'must be an object: an order id, and handled or counted' })
  orders?: Record<string, OrderDecision>;

  /** @throws InvalidInputError naming each invalid decision */
  static checked({ openOrders, orders = {} }: OpenOrdersDto): {
    readonly rest: OrderDecision | null;
    readonly named: ReadonlyMap<string, OrderDecision>;
  } {
    const entries = Object.entries(orders);
    const wrong = entries.filter(([, decision]) => !DECISIONS.includes(decision)).slice(0, 20);
    if (entries.length > MOST_ORDERS)
      throw new InvalidInputError([{ field: 'orders', expected: `must name at most ${MOST_ORDERS} orders` }]);
    if (wrong.length > 0)
      throw new InvalidInputError(
        wrong.map(([id]) => ({ field: `orders.${id.slice(0, 100)}`, expected: DECISION.message })),
      );
    return { rest: openOrders ?? null, named: new Map(entries) };
  }
}

export class GoLiveDto extends OpenOrdersDto {
  @ApiPropertyOptional({
    type: [String],
    description: 'Live for these SKUs too; left out: for all. Everything else stays in shadow',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_SKUS)
  @IsString({ each: true })
  @Length(1, 100, { each: true })
  skus?: string[];
}

const CHANGES = ['none', 'raised', 'lowered', 'zeroed', 'unknown'] as const;
/** The effect of a push on the channel's number. */
export type PreviewChange = (typeof CHANGES)[number];

export class PreviewQuery extends PageQuery {
  @ApiPropertyOptional({ enum: CHANGES, description: 'Only listings to which this would happen' })
  @IsOptional()
  @IsIn(CHANGES, { message: `must be one of ${CHANGES.join(', ')}` })
  change?: PreviewChange;

  @ApiPropertyOptional({ enum: ['json', 'csv'], default: 'json' })
  @IsOptional()
  @Transform(({ value }) => (value === undefined ? 'json' : (value as unknown)))
  @IsIn(['json', 'csv'], { message: 'must be json or csv' })
  format?: 'json' | 'csv';
}
