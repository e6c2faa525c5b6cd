/** Taken pushes of the present size before a larger one is tried. */
const TRIES_BEFORE_GROWTH = 10;

/**
 * How many variants go into one call. The limit on the size of pushes is not published: it shows itself by 429 where calls have room left. Then half
 * as many are sent; after some that were taken, half as many more again, up to the most that a call takes.
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
