/** What a connector is, as plain data: everything that the core must know of it before Nest exists. */
export interface Manifest {
  /** Names it in addresses, settings and logs: small letters, and the name of its folder. */
  readonly name: string;
  /** What people call it. */
  readonly label: string;
  readonly role: 'channel' | 'erp';
  /** Webhook topics, each one a path segment: `order`, `stock`. */
  readonly topics: readonly string[];
  /** The most items that one `pushStock` call takes. */
  readonly pushBatchSize: number;
}
