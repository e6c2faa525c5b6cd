import { Injectable } from '@nestjs/common';

/** How the API is spoken to. */
@Injectable()
export class TiendanubeClientOptions {
  /** For one call, in milliseconds. */
  readonly timeoutMs: number = 20_000;
  /** No further call of one push is begun after this long, so that a push lasts no longer than this and one call's time-out. */
  readonly pushBudgetMs: number = 25_000;
}
