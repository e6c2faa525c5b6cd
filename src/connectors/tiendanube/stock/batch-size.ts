/** Accepted pushes of the present size before a larger one is tried. */
const TRIES_BEFORE_GROWTH = 10;

/**
 * The number of variants in one call. The limit on the size of pushes is not documented: it shows as a 429
 * while calls have room left. Then the size is halved; after some accepted pushes it grows by half, up to
 * the maximum of a call.
 */
export class BatchSize {
  private size: number;
  private taken = 0;

  constructor(private readonly most: number) {
    this.size = most;
  }

  get now(): number {
    return this.size;
  }

  noteTaken(): void {
    if (this.size >= this.most) return;
    this.taken += 1;
    if (this.taken < TRIES_BEFORE_GROWTH) return;
    this.size = Math.min(this.most, Math.ceil(this.size * 1.5));
    this.taken = 0;
  }

  /** False: it cannot be made smaller. */
  noteTooLarge(): boolean {
    this.taken = 0;
    if (this.size <= 1) return false;
    this.size = Math.max(1, Math.floor(this.size / 2));
    return true;
  }
}
