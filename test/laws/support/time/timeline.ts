import { type Random } from '../random.js';
import { Agenda, type Appointment } from './agenda.js';
import { type Weather } from './weather.js';

/** One running program. Its memory is lost when it dies; the effects of its pending calls may still happen. */
export class Process {
  alive = true;
  /** Nothing of it runs before this time, as on a machine that swaps or collects garbage. */
  frozenUntil = 0;

  constructor(readonly name: string) {}
}

/** The answer to a call never arrived; whether the call took effect is unknown. */
export class ConnectionLostError extends Error {
  constructor(label: string) {
    super(`connection lost: ${label}`);
    this.name = 'ConnectionLostError';
  }
}

/**
 * Virtual time. A call that leaves a process schedules its effect and, if the answer is not lost, the
 * arrival of its answer. Between two events everything runs that can. The seed decides how long each call
 * takes, and so what runs next.
 */
export class Timeline {
  now = 1_800_000_000_000;
  /** The process whose code runs now. */
  current: Process | null = null;
  /** The number of events so far. */
  steps = 0;
  readonly trace: string[] | null;
  private readonly agenda = new Agenda();
  private readonly startedAt = this.now;

  constructor(
    readonly random: Random,
    readonly weather: Weather,
    traced: boolean,
  ) {
    this.trace = traced ? [] : null;
  }

  /** Whether an event is scheduled. */
  get busy(): boolean {
    return this.agenda.size > 0;
  }

  note(text: () => string): void {
    if (this.trace === null) return;
    const who = this.current?.name ?? '-';
    this.trace.push(`${(this.now - this.startedAt).toFixed(1).padStart(9)} ms  ${who.padEnd(4)} ${text()}`);
  }

  /** Schedules an event of the world, independent of any process. */
  after(delayMs: number, happen: () => void): Appointment {
    return this.agenda.add(this.now + delayMs, happen);
  }

  /** A timer of the current process, which dies with it. */
  timer(delayMs: number, fire: () => void): Appointment {
    const process = this.current;
    if (process === null) throw new Error('a timer was set by nobody');
    return this.agenda.add(this.now + delayMs, () => this.goOn(process, fire));
  }

  /** A call by the current process. `effect` is its effect on the world, at one moment. */
  call<T>(where: 'database' | 'erp', label: string, effect: () => T): Promise<T> {
    const process = this.current;
    if (process === null) throw new Error(`${label} was called by nobody`);
    const { weather, random } = this;
    return new Promise<T>((resolve, reject) => {
      this.agenda.add(this.now + weather.latency(where, random), () => {
        if (!process.alive && random.chance(0.4)) return;
        const luck = process.alive ? weather.luck(random) : 'well';
        this.current = process;
        if (luck === 'lost before') {
          this.note(() => `${label} -> lost on the way there`);
          this.answer(process, () => reject(new ConnectionLostError(label)));
          return;
        }
        let respond: () => void;
        try {
          const value = effect();
          respond = luck === 'well' ? () => resolve(value) : () => reject(new ConnectionLostError(label));
          this.note(
            () =>
              `${label} -> ${luck === 'well' ? shown(value) : 'done, the answer is lost'}${process.alive ? '' : ' (its process is dead)'}`,
          );
        } catch (error) {
          respond = () => reject(asError(error));
          this.note(() => `${label} -> ${asError(error).message}`);
        }
        this.answer(process, respond);
      });
    });
  }

  /** Runs until no event is left; `onIdle` may add some. */
  run(onIdle: () => boolean, maxSteps: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = (): void => {
        try {
          let appointment = this.agenda.next();
          while (appointment === undefined) {
            if (!onIdle()) {
              resolve();
              return;
            }
            appointment = this.agenda.next();
          }
          if (++this.steps > maxSteps) throw new Error(`it does not come to rest: ${maxSteps} steps were not enough`);
          if (appointment.at > this.now) this.now = appointment.at;
          this.current = null;
          appointment.happen();
          // A tick requested in a microtask comes after all microtasks, so that everything that can run
          // has run by then.
          queueMicrotask(() => process.nextTick(step));
        } catch (error) {
          reject(asError(error));
        }
      };
      step();
    });
  }

  private answer(process: Process, respond: () => void): void {
    const { weather, random } = this;
    if (weather.answersAtOnce(random)) this.goOn(process, respond);
    else this.agenda.add(this.now + weather.latency('database', random), () => this.goOn(process, respond));
  }

  private goOn(process: Process, work: () => void): void {
    if (!process.alive) return;
    if (process.frozenUntil > this.now) {
      this.agenda.add(process.frozenUntil, () => this.goOn(process, work));
      return;
    }
    this.current = process;
    work();
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'ok';
  return text.length > 160 ? `${text.slice(0, 160)}...` : text;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
