import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { fromCursor, isTimePlace, toCursor } from '../../common/cursor.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { PageQuery } from '../../common/queries.js';
import { type PrivacyReceipt } from './privacy-receipt.schema.js';
import { PrivacyReceiptsRepository } from './privacy-receipts.repository.js';

type ReceiptItem = Omit<PrivacyReceipt, '_id' | 'schemaVersion' | 'request'> & {
  readonly id: string;
  readonly request: string | null;
};

@ApiTags('privacy')
@Controller('privacy-receipts')
export class PrivacyReceiptsController {
  constructor(private readonly receipts: PrivacyReceiptsRepository) {}

  @Get()
  @LogAction('privacy.list')
  @ApiOperation({
    summary: 'What was asked about the data of stores and buyers, and what came of it: the newest first',
  })
  async list(
    @Query() { cursor, limit }: PageQuery,
  ): Promise<{ readonly items: readonly ReceiptItem[]; readonly nextCursor: string | null }> {
    const after = cursor === undefined ? undefined : fromCursor(cursor, isTimePlace);
    const { docs, next } = await this.receipts.page(after, limit);
    const items = docs.map(
      ({ _id: id, request = null, connection, asked, at, doneAt, times, ordersNamed, ordersKnown, removed, kept }) => {
        return { id, connection, asked, request, at, doneAt, times, ordersNamed, ordersKnown, removed, kept };
      },
    );
    return { items, nextCursor: next && toCursor(next) };
  }
}
