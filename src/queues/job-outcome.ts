import { type LogEntry } from '../common/log-sink.js';

/** What a job came to, as its log document shows it. */
export type JobOutcome = Pick<LogEntry, 'action' | 'status'> &
  Partial<
    Pick<LogEntry, 'service' | 'response' | 'steps' | 'connection' | 'orderIds' | 'productSkus' | 'correlationIds'>
  >;
