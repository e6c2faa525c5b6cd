/** What is wrong with an order that waits for SKUs to be mapped, in the words of the alert. */
export function unmappedText(skus: readonly string[]): string {
  return `nobody knows what ${skus.join(', ')} is: map it to a stock SKU, or make it known where the stock is kept. The order is not delivered until then`;
}
