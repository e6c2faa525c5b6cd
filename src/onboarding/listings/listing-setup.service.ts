import { Injectable } from '@nestjs/common';
import { currentRequestRecord } from '../../common/context.js';
import { InvalidInputError, NotFoundError, type FieldProblem } from '../../common/errors.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { ListingsRepository } from '../../listings/listings.repository.js';
import { type Listing, type ListingPart } from '../../listings/listing.schema.js';
import { PumpWakeups } from '../../publishing/pump-wakeups.service.js';
import { WaitingOrders } from '../../stock-changes/waiting-orders.service.js';
import { KnownStock } from './known-stock.service.js';

export interface ListingChange {
  readonly rules?: Listing['rules'] | undefined;
  /** Null: one unit of the stock SKU of the same name. */
  readonly parts?: readonly ListingPart[] | null | undefined;
}

/** A person's decision about a listing, with all its consequences. */
@Injectable()
export class ListingSetup {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly listings: ListingsRepository,
    private readonly known: KnownStock,
    private readonly orders: WaitingOrders,
    private readonly pumps: PumpWakeups,
  ) {}

  /**
   * Sets rules, parts or both. The channel receives the resulting number, and orders that waited for the
   * mapping continue. Each step can be repeated: the same change again completes an interrupted one.
   * @throws NotFoundError when there is no such channel
   * @throws InvalidInputError naming each part that is named twice, or unknown
   */
  async change(connection: string, sku: string, { rules, parts }: ListingChange): Promise<Listing> {
    if (!this.connections.channel(connection))
      throw new NotFoundError('problems.not-found.channel', { connection: connection.slice(0, 100) });
    await this.check(parts ?? []);
    await this.listings.ensure(connection, [sku]);
    const before = await this.listings.find(connection, sku);
    const after = await this.listings.decide(connection, sku, { rules, parts });
    audit({ rules, parts }, before);
    if (parts !== undefined) await this.orders.mapped(connection, sku);
    this.pumps.wake([connection]);
    return after;
  }

  private async check(parts: readonly ListingPart[]): Promise<void> {
    const unknown = await this.known.unknownAnywhere(parts.map((part) => part.sku));
    const problems = parts.flatMap(({ sku }, position): FieldProblem[] => {
      const field = `parts[${position}].sku`;
      if (parts.findIndex((part) => part.sku === sku) < position)
        return [{ field, expected: 'must not be named twice' }];
      return unknown.has(sku) ? [{ field, expected: 'must be a SKU that the ledger or the ERP knows' }] : [];
    });
    if (problems.length > 0) throw new InvalidInputError(problems);
  }
}

/** The request's log shows the actor, the change and the earlier values. */
function audit({ rules, parts }: ListingChange, before: Listing | null): void {
  const record = currentRequestRecord();
  if (!record) return;
  record.connection = before?.connection;
  record.request = { ...(rules ? { rules: { ...rules } } : {}), ...(parts === undefined ? {} : { parts }) };
  record.response = { before: { rules: before?.rules, parts: before?.parts ?? null } };
}
