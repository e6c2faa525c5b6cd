/** Log services of the product itself. All others are connectors, by name. */
export const OWN_LOG_SERVICES = ['orchestrator', 'api'] as const;
/** One of `OWN_LOG_SERVICES`, or the name of a connector. Open, so that a new connector needs no change here. */
export type LogService = string;
export type LogStatus = 'success' | 'error' | 'pending';

/** A named moment within one logged piece of work. */
export interface LogStep {
  readonly step: string;
  /** In milliseconds. */
  readonly duration: number;
}

/**
 * One thing that happened. `request` and `response` hold only what an allow-list permits: no secrets, no
 * personal data. Absent ids are taken from the current context.
 */
export interface LogEntry {
  readonly service: LogService;
  /** The action, as `subject.verb`: `webhook.order`, `delivery.done`, `stock.push`. */
  readonly action: string;
  readonly status: LogStatus;
  /** From start to end, in milliseconds. */
  readonly duration: number;
  /** When it began. Default: now minus `duration`. */
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

/**
 * Receives the log entry of every request, job and outbound call. Writing never blocks and never throws,
 * because the work matters more than its record.
 */
export abstract class LogSink {
  abstract write(entry: LogEntry): void;
}
