import { Injectable } from '@nestjs/common';

/** How the Seller Center API is spoken to. */
@Injectable()
export class FalabellaClientOptions {
  /** XML is Falabella's default and what its documentation shows; answers are read in both. */
  readonly format: 'XML' | 'JSON' = 'XML';
  /** For one call, in milliseconds. */
  readonly timeoutMs: number = 30_000;
}
