/** The name of an order's n-th delivery in the ERP, which keeps names unique. `n` counts from 1. */
export function deliveryName(installation: string, connection: string, orderId: string, n: number): string {
  return `${installation}/${connection}/${orderId}/${n}`;
}
