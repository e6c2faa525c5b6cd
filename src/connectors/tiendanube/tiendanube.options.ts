import { Injectable } from '@nestjs/common';

/** How the API is called. */
@Injectable()
export class TiendanubeClientOptions {
  /** For one call, in milliseconds. */
  readonly timeoutMs: number = 20_000;
  /** A push starts no further call after this time, so that it lasts at most this long plus one call's time-out. */
  readonly pushBudgetMs: number = 5_000;
}
