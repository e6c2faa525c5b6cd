/** What is wrong with an order that waits for SKUs to be mapped, in the words of the alert. */
export function unmappedText(skus: readonly string[]): string {
  return `nobody knows what ${skus.join(', ')} is: map it to a stock SKU, or make it known where the stock is kept. The order is not delivered until then`;
}

/** What is asked of units that were carried out and are not sold any more. */
export function returnedText(units: readonly { readonly sku: string; readonly units: number }[]): string {
  const list = units.map(({ sku, units: n }) => `${n} x ${sku}`).join(', ');
  return `delivered, but not sold any more: ${list}. Did the goods come back?`;
}

/** Of a connection that begins in shadow again. */
export function longAwayText(since: Date): string {
  return `it was not used since ${since.toISOString()}: look at its preview and its open orders, then go live again`;
}
