/** Pseudo-random numbers that are the same in every run (a linear congruential generator, Numerical Recipes). */
export class Dice {
  constructor(private state: number) {}

  /** From 0 to below `sides`. */
  roll(sides: number): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * sides);
  }

  shuffled<T>(items: readonly T[]): T[] {
    const rest = [...items];
    return items.map(() => rest.splice(this.roll(rest.length), 1)[0] as T);
  }
}
