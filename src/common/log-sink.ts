/** The part of the product that a log document is about: a connector by its name, or one of these two. */
export const OWN_LOG_SERVICES = ['orchestrator', 'api'] as const;
/** One of `OWN_LOG_SERVICES`, or the name of a connector. Open, so that a new connector changes nothing here. */
export type LogService = string;
export type LogStatus = 'success' | 'error' | 'pending';

/** A named moment within one logged piece of work. */
export interface LogStep {
  readonly step: string;
  /** Milliseconds that it took. */
  readonly duration: number;
}

/**
 * One thing that happened. `request` and `response` hold only what an allow-list let through: never a secret, never a person's
 * details. Ids left out are taken from the context of the work in hand.
 */
export interface LogEntry {
  readonly service: LogService;
  /** What was done, as `subject.verb`: `webhook.order`, `delivery.done`, `stock.push`. */
  readonly action: string;
  readonly status: LogStatus;
  /** Milliseconds from start to end. */
  readonly duration: number;
  /** When it began; now less `duration` where left out. */
  readonly timestamp?: Date;
  readonly request?: Readonly<Record<string, unknown>>;
  readonly response?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly LogStep[];
  readonly connection?: string;
  readonly actor?: string;
  readonly orderIds?: readonly string[];
  readonly productSkus?: readonly string[];
  readonly correlationIds?: readonly string[];
}

/** Where the record of every request, job and call out goes. Writing never blocks and never throws: the work matters more than its record. */
export abstract class LogSink {
  abstract write(entry: LogEntry): void;
}
