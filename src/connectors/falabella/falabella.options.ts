import { Injectable } from '@nestjs/common';

/** How the Seller Center API is called. */
@Injectable()
export class FalabellaClientOptions {
  /** XML is Falabella's default and used in its documentation; answers are parsed in either format. */
  readonly format: 'XML' | 'JSON' = 'XML';
  /** For one call, in milliseconds. */
  readonly timeoutMs: number = 30_000;
}
