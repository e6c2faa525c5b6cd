/** A key of 32 bytes that seals stored credentials, and the id under which it is found again. */
export interface SealingKey {
  readonly id: string;
  readonly key: Buffer;
}
