/** Knows by which ids an order is spoken of. Provided by whoever keeps orders. */
export abstract class OrderNames {
  /** The platform's ids of the orders that somebody may mean by a name: an internal id, a platform's id, or the number that a shopper sees. */
  abstract idsOf(name: string): Promise<string[]>;
}
