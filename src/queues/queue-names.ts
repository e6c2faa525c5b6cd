import { distinct } from '../common/collections.js';
import { type Admission } from './admission-control.service.js';

export interface QueueOptions {
  /** Jobs of this queue that one process runs at the same time. */
  readonly concurrency: number;
  /** The most ids that one job names. Their handler runs for all of them at the same time. */
  readonly idsPerJob: number;
  /** How many times GATHER_MS its wake-ups gather; absent: once. */
  readonly gatherTimes?: number;
  /** How its jobs yield to webhooks; null: they never wait. See `AdmissionControl`. */
  readonly admission: Admission | null;
}

/** The most documents that one wake-up of the sweeper names. */
export const MAX_SWEPT = 500;

/**
 * Every queue, and the meaning of its ids. A job carries ids, and who asked (`JobData`): the work itself is
 * an open mark on the documents that they name.
 */
export const QUEUES = {
  /** Ids of webhook events to handle. */
  inbox: { concurrency: 64, idsPerJob: 50, admission: 'batch' },
  /** Ids of orders with a plan to record, a review that is due or work in the ERP. */
  orders: { concurrency: 24, idsPerJob: 25, admission: 'solo' },
  /**
   * Ids of stock entries to observe in their ERP. Each reading is several calls, whether of one entry or of hundreds, and an ERP reports a
   * delivery of ours several times over.
   */
  stock: { concurrency: 4, idsPerJob: MAX_SWEPT, gatherTimes: 10, admission: 'solo' },
  /** Ids of movements that a crash left without their projection. */
  movements: { concurrency: 2, idsPerJob: MAX_SWEPT, admission: 'solo' },
  /** Ids of channels (connections) with listings to publish. */
  pushes: { concurrency: 4, idsPerJob: 1, admission: 'solo' },
  /** Ids of pushes whose outcome the platform has not reported yet. */
  feeds: { concurrency: 4, idsPerJob: 10, admission: 'solo' },
  /**
   * Ids of commands to finish. They never wait, because a caller waits for the answer, as a platform does
   * for that to a webhook.
   */
  commands: { concurrency: 8, idsPerJob: 1, admission: null },
  /** Ids of stock imports to continue. Each yields to webhooks between its chunks. */
  imports: { concurrency: 2, idsPerJob: 1, admission: null },
  /** Ids of reconcile runs. Each yields to webhooks between its steps. */
  reconcile: { concurrency: 2, idsPerJob: 1, admission: null },
} as const satisfies Record<string, QueueOptions>;

export type QueueName = keyof typeof QUEUES;

export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

export function isQueueName(name: string): name is QueueName {
  return name in QUEUES;
}

/** The context of the work that wakes other work; empty for the sweeper. */
export interface WakeContext {
  readonly correlationIds?: readonly string[];
  readonly orderIds?: readonly string[];
}

/** The context of work that several others wake. */
export function together(contexts: readonly WakeContext[]): Required<WakeContext> {
  return {
    correlationIds: distinct(contexts.flatMap(({ correlationIds = [] }) => correlationIds)),
    orderIds: distinct(contexts.flatMap(({ orderIds = [] }) => orderIds)),
  };
}

/** Documents to work on (see `QUEUES`), all in the same context. */
export interface WakeUp extends WakeContext {
  readonly ids: readonly string[];
}

/** What a job holds: wake-ups that came within a few milliseconds. */
export interface JobData {
  readonly ids: readonly string[];
  /** By id, where there is one. */
  readonly contexts?: Readonly<Record<string, WakeContext>>;
}
