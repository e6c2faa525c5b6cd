/** An event at a virtual time. */
export interface Appointment {
  readonly at: number;
  /** Of two events at the same time, the one created first comes first. */
  readonly turn: number;
  readonly happen: () => void;
  cancelled: boolean;
}

/** The scheduled events, earliest first: a binary heap. */
export class Agenda {
  private readonly heap: Appointment[] = [];
  private turns = 0;

  get size(): number {
    return this.heap.length;
  }

  add(at: number, happen: () => void): Appointment {
    const appointment: Appointment = { at, turn: this.turns++, happen, cancelled: false };
    const { heap } = this;
    let hole = heap.length;
    heap.push(appointment);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = heap[parent] as Appointment;
      if (!isBefore(appointment, above)) break;
      heap[hole] = above;
      hole = parent;
    }
    heap[hole] = appointment;
    return appointment;
  }

  /** The next event that was not cancelled; undefined: none is left. */
  next(): Appointment | undefined {
    for (;;) {
      const first = this.takeFirst();
      if (first === undefined || !first.cancelled) return first;
    }
  }

  private takeFirst(): Appointment | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Appointment, heap[child] as Appointment)) child += 1;
      const below = heap[child] as Appointment;
      if (!isBefore(below, last)) break;
      heap[hole] = below;
      hole = child;
    }
    heap[hole] = last;
    return first;
  }
}

function isBefore(one: Appointment, other: Appointment): boolean {
  return one.at < other.at || (one.at === other.at && one.turn < other.turn);
}
