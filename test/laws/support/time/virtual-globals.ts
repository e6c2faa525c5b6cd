import { type Appointment } from './agenda.js';
import { type Timeline } from './timeline.js';

let timeline: Timeline | null = null;

/** The part of Node's timers that the code uses. */
class VirtualTimer {
  appointment: Appointment | null = null;
  cleared = false;

  /** A cancelled timer does not fire even if it is overdue because its process was frozen. */
  clear(): void {
    this.cleared = true;
    if (this.appointment) this.appointment.cancelled = true;
  }
  unref(): this {
    return this;
  }
  ref(): this {
    return this;
  }
}

type Callback = (...args: unknown[]) => void;

/**
 * Lets timers, `Date`, `performance.now` and random numbers come from a timeline while one is set; without one they
 * behave as usual. Gives back a function that undoes it. Only code loaded in the same test file is affected.
 */
export function virtualizeGlobals(): () => void {
  const real = {
    setTimeout,
    setInterval,
    setImmediate,
    clearTimeout,
    clearInterval,
    clearImmediate,
    Date,
    performance,
    random: Math.random.bind(Math),
  };

  class VirtualDate extends real.Date {
    constructor(...args: []) {
      if (args.length === 0 && timeline !== null) super(timeline.now);
      else super(...args);
    }
    static override now(): number {
      return timeline === null ? real.Date.now() : Math.floor(timeline.now);
    }
  }

  /** The event loop is never quite punctual. */
  const late = (line: Timeline) => line.random.wait(0.2);
  const once = (fallback: Callback) => {
    return (callback: Callback, ...rest: unknown[]): unknown => {
      const line = timeline;
      if (line === null) return fallback(callback, ...rest);
      const delayMs = typeof rest[0] === 'number' ? rest[0] : 0;
      const timer = new VirtualTimer();
      timer.appointment = line.timer(delayMs + late(line), () => {
        if (!timer.cleared) callback();
      });
      return timer;
    };
  };
  const clear = (fallback: Callback) => (timer: unknown) => {
    if (timer instanceof VirtualTimer) timer.clear();
    else fallback(timer);
  };

  const virtual = {
    Date: VirtualDate,
    performance: Object.assign(Object.create(performance) as object, {
      now: () => timeline?.now ?? real.performance.now(),
    }),
    setTimeout: once(real.setTimeout as unknown as Callback),
    setImmediate: once(real.setImmediate as unknown as Callback),
    setInterval: (callback: Callback, delayMs: number) => {
      const line = timeline;
      if (line === null) return real.setInterval(callback, delayMs);
      const timer = new VirtualTimer();
      const arm = (): void => {
        timer.appointment = line.timer(delayMs + late(line), () => {
          if (timer.cleared) return;
          arm();
          callback();
        });
      };
      arm();
      return timer;
    },
    clearTimeout: clear(real.clearTimeout as unknown as Callback),
    clearInterval: clear(real.clearInterval as unknown as Callback),
    clearImmediate: clear(real.clearImmediate as unknown as Callback),
  };
  Object.assign(globalThis, virtual);
  Math.random = () => (timeline === null ? real.random() : timeline.random.unit());
  return () => {
    const { random, ...globals } = real;
    Object.assign(globalThis, globals);
    Math.random = random;
  };
}

export async function inVirtualTime<T>(line: Timeline, work: () => Promise<T>): Promise<T> {
  timeline = line;
  try {
    return await work();
  } finally {
    timeline = null;
  }
}
