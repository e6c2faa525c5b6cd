import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { LISTING_TROUBLES } from '../report/run.dto.js';

export type ListingTrouble = (typeof LISTING_TROUBLES)[number];

/** A SKU that a person must correct before the channel can receive the right number. */
export class ListingTroubleItem {
  @ApiProperty({ enum: LISTING_TROUBLES }) trouble!: ListingTrouble;
  @ApiProperty() sku!: string;
  /** The channel's own ids for it. */
  @ApiProperty({ type: [String] }) externalIds!: string[];
  @ApiProperty() detail!: string;
}

export class ListingsCheckView {
  @ApiProperty() connection!: string;
  /** Of all findings; on the first page. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'integer' } }) counts?: Readonly<
    Record<ListingTrouble, number>
  >;
  @ApiProperty({ type: [ListingTroubleItem] }) items!: ListingTroubleItem[];
  @ApiProperty({ type: String, nullable: true, description: 'A page may be short and still not be the last' })
  nextCursor!: string | null;
}
