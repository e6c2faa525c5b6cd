import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, Length, Matches } from 'class-validator';
import { currentRequestRecord } from '../common/context.js';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { OrderActions, type OrderAnswer } from './order-actions.service.js';

/** The person's reason, as the order's timeline shows it. */
class ReleaseDto {
  @ApiProperty({ example: 'cancelled by telephone', maxLength: 200 })
  @IsString()
  @Length(3, 200)
  @Matches(/^\P{Cc}*$/u, { message: 'reason must have no control characters' })
  reason!: string;
}

@ApiTags('orders')
@Controller('orders')
export class OrderActionsController {
  constructor(private readonly actions: OrderActions) {}

  @Post(':id/resync')
  @HttpCode(200)
  @LogAction('order.resync')
  @ApiOperation({ summary: 'Read the order again from its platform, plan it again, and take up what was given up' })
  resync(@Param('id') id: string): Promise<OrderAnswer> {
    return this.actions.resync(noted(id));
  }

  @Post(':id/release')
  @HttpCode(200)
  @LogAction('order.release')
  @ApiOperation({ summary: 'Give back what the order holds; it stands until its platform shows something newer' })
  release(@Param('id') id: string, @Body() { reason }: ReleaseDto): Promise<OrderAnswer> {
    const record = currentRequestRecord();
    if (record) record.request = { reason };
    return this.actions.release(noted(id), reason);
  }
}

function noted(id: string): string {
  currentRequestRecord()?.orderIds.push(id);
  return id;
}
