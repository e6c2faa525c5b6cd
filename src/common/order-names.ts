/** Resolves the names of orders. The orders module provides it. */
export abstract class OrderNames {
  /**
   * The platform's ids of the orders that a name may mean: an internal id, a platform's id, or the number
   * that the shopper sees.
   */
  abstract idsOf(name: string): Promise<string[]>;
}
