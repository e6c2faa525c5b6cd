export function listingId(connection: string, sku: string): string {
  return `${connection}/${encodeURIComponent(sku)}`;
}
