import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { LISTING_TROUBLES } from '../report/run.dto.js';

export type ListingTrouble = (typeof LISTING_TROUBLES)[number];

/** A SKU that a person has to look at before the channel can be told right. */
export class ListingTroubleItem {
  @ApiProperty({ enum: LISTING_TROUBLES }) trouble!: ListingTrouble;
  @ApiProperty() sku!: string;
  /** The channel's own ids of it. */
  @ApiProperty({ type: [String] }) externalIds!: string[];
  @ApiProperty() detail!: string;
}

export class ListingsCheckView {
  @ApiProperty() connection!: string;
  /** Of everything; on the first page. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'integer' } }) counts?: Readonly<
    Record<ListingTrouble, number>
  >;
  @ApiProperty({ type: [ListingTroubleItem] }) items!: ListingTroubleItem[];
  @ApiProperty({ type: String, nullable: true, description: 'A page may be short and still not be the last' })
  nextCursor!: string | null;
}
