import { type LogEntry } from '../common/log-sink.js';

/** The result of a job for one of its ids, as its log document shows it. */
export type JobOutcome = Pick<LogEntry, 'action' | 'status'> &
  Partial<
    Pick<LogEntry, 'service' | 'response' | 'steps' | 'connection' | 'orderIds' | 'productSkus' | 'correlationIds'>
  >;

/** The outcome of each id. */
export type JobOutcomes = ReadonlyMap<string, JobOutcome>;
