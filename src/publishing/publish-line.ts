import { distinct } from '../common/collections.js';
import { type Listing } from '../listings/listing.schema.js';
import { type PublishedNumber } from './publish.js';

/** A leased listing, and the number that it should show now. */
export interface PublishLine extends PublishedNumber {
  readonly listing: Listing;
  /** It may not last: its mark was opened once more before the send. */
  readonly provisional?: true;
  /** The ERP's number cannot be used. */
  readonly unusable?: true;
}

/** The sales and requests that made the listings due. */
export function contextOf(lines: readonly PublishLine[]): { orderIds: string[]; correlationIds: string[] } {
  const causes = lines.flatMap(({ listing }) => listing.causes);
  return {
    orderIds: distinct(causes.map((cause) => cause.orderId).filter((id) => id !== undefined)),
    correlationIds: distinct(causes.map((cause) => cause.correlationId).filter((id) => id !== undefined)),
  };
}
